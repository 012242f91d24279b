//! A thread's number is never reused; the operating system's number is.
//!
//! Slide 7. Python's `ident` is an address that the next thread may get. Our numbers count up from 1, the main
//! thread.

use ungil_threads::{Thread, get_ident, spawn};

// ANCHOR: show
fn main() {
    let t = Thread::new(get_ident);
    println!("before its start: {:?}", t.ident());

    t.start().expect("a thread");
    let inside = *t.join().expect("no panic");
    println!(
        "from inside {inside}, from outside, after its end: {}",
        t.ident().unwrap()
    );

    let next = spawn(|| ());
    next.join().expect("no panic");
    println!(
        "the next one: {}; main: {}",
        next.ident().unwrap(),
        get_ident()
    );
    println!(
        "the kernel's numbers: {:?} {:?}",
        t.native_id(),
        next.native_id()
    );
}
// ANCHOR_END: show
