//! Every thread has a name; you may choose it, and change it while the thread runs.
//!
//! Slide 7. Since Python 3.10 the default name includes the target, as here. Linux keeps the first 15 bytes
//! for `top -H`.

use ungil_threads::{Builder, StopSource, Thread};

// ANCHOR: show
fn crunch() {}

fn main() {
    println!("{}", Thread::new(crunch).name());
    println!("{}", Thread::new(|| 2 + 2).name());
    println!(
        "{}",
        Builder::new().name("NumberCruncher").build(crunch).name()
    );

    let (source, stop) = StopSource::new();
    let t = Builder::new()
        .name("first name")
        .spawn(move || stop.wait())
        .expect("a thread");
    t.set_name("a name of more than 15 bytes");
    println!(
        "{}, to the kernel: {}",
        t.name(),
        kernel_name(t.native_id())
    );

    source.request_stop();
    t.join().expect("no panic");
}
// ANCHOR_END: show

/// What `ps` and `top` show.
fn kernel_name(native_id: Option<u64>) -> String {
    let path =
        format!("/proc/self/task/{}/comm", native_id.unwrap_or_default());
    std::fs::read_to_string(path).map_or_else(
        |_| "(only known on Linux)".into(),
        |name| name.trim().into(),
    )
}
