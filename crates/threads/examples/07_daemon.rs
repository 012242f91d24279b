//! The program waits for every thread but the daemons; daemons are cut off in the middle of their work.
//!
//! Slide 10. In Rust every thread is a daemon, unless it is joined: the guard joins all threads when `main` ends.

use ungil_threads::{
    Builder, ExitGuard, StopSource, StopToken, at_exit, spawn,
};

// ANCHOR: show
struct Cleanup;

impl Drop for Cleanup {
    fn drop(&mut self) {
        println!("never printed: a daemon's destructors do not run");
    }
}

fn for_ever(stop: StopToken) {
    let _cleanup = Cleanup;
    stop.wait();
}

fn main() {
    let _exit = ExitGuard::new(); // dropped last of all

    let (_nobody_asks, stop) = StopSource::new();
    let daemon = Builder::new()
        .daemon(true)
        .spawn(move || for_ever(stop))
        .expect("a thread");
    println!("a daemon: {}", daemon.is_daemon());

    let (source, stop) = StopSource::new();
    spawn(move || {
        stop.wait();
        println!("3. nobody has joined this thread: waited for");
    });
    at_exit(move || {
        println!("2. at exit, registered first: stops the thread");
        source.request_stop();
    })
    .expect("not yet at the exit");
    at_exit(|| println!("1. at exit, registered last"))
        .expect("not yet at the exit");
    println!("main ends");
}
// ANCHOR_END: show
