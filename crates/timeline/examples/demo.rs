//! Two workers share one lock, and the main thread waits for both.
//!
//!     cargo run -p ungil-timeline --example demo

use std::{sync::Mutex, thread, time::Duration};
use ungil_timeline::{Lane, Timeline};

fn main() {
    let timeline = Timeline::new();
    let main = timeline.lane("main");
    let workers = [timeline.lane("Thread-1"), timeline.lane("Thread-2")];
    let lock = Mutex::new(());

    let start = main.span("start");
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for (n, lane) in workers.iter().enumerate() {
            let (main, lock) = (&main, &lock);
            threads.push(scope.spawn(move || work(lane, main, lock, n as u64)));
            main.arrow(lane, "starts");
            thread::sleep(Duration::from_millis(10));
        }
        start.end();
        let _wait = main.wait("join both");
        for thread in threads {
            thread.join().expect("a worker does not panic");
        }
    });
    main.instant("all done");
    timeline.show("demo");
}

fn work(lane: &Lane, main: &Lane, lock: &Mutex<()>, n: u64) {
    let read = lane.io("read");
    thread::sleep(Duration::from_millis(15 + 5 * n));
    read.end();

    let wait = lane.wait("lock");
    let guard = lock.lock();
    wait.end();
    let hold = lane.span("holds the lock");
    thread::sleep(Duration::from_millis(40));
    lane.instant("result is ready");
    drop(guard);
    hold.end();
    lane.arrow(main, "wakes");
}
