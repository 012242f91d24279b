//! Join blocks until the thread has finished; then it returns the result to every caller, every time.
//!
//! Slide 8. std's `join` consumes the handle and has no time-out. Ours can be called any number of times, from any
//! number of threads. A time-out gives up the wait, never the thread.

use std::thread::sleep;
use std::time::Duration;

use ungil_threads::{StopSource, Thread, current, scope, spawn};
use ungil_timeline::Timeline;

// ANCHOR: show
fn main() {
    let timeline = Timeline::new();
    let [worker, joiner_1, joiner_2] = ["worker", "joiner 1", "joiner 2"]
        .map(|name| timeline.lane(name));

    let (source, stop) = StopSource::new();
    let t = spawn({
        let worker = worker.clone();
        move || {
            let _working = worker.span("working");
            stop.wait();
            sleep(Duration::from_millis(15));
            "done"
        }
    });
    scope(|s| {
        s.spawn(|| {
            let waiting = joiner_1.wait("join_timeout");
            let error = t.join_timeout(Duration::from_millis(15));
            println!("joiner 1: {}", error.unwrap_err());
            drop(waiting);
            joiner_1.arrow(&worker, "stop");
            source.request_stop();
        });
        s.spawn(|| {
            let _waiting = joiner_2.wait("join");
            println!("joiner 2: {}", t.join().unwrap());
        });
    });
    println!("again, at once: {}", t.join().unwrap());

    println!("not started: {}", Thread::new(|| ()).join().unwrap_err());
    println!("myself: {}", current().join().unwrap_err());
    let gambler = spawn(|| panic!("out of luck"));
    println!("a panic: {}", gambler.join().unwrap_err());
    timeline.show("join");
}
// ANCHOR_END: show
