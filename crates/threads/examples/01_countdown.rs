//! A thread counts down while `main` goes on.
//!
//! Slide 5. Only the operating system decides which line comes first.

// output: any order

use std::thread::sleep;
use std::time::Duration;

use ungil_threads::spawn;
use ungil_timeline::{Lane, Timeline};

// ANCHOR: show
fn countdown(n: u32, lane: &Lane) {
    for left in (0..n).rev() {
        println!("{left} left");
        lane.instant(format!("{left} left"));
        let _sleeping = lane.wait("sleep");
        sleep(Duration::from_millis(15));
    }
}

fn main() {
    let timeline = Timeline::new();
    let (main, worker) =
        (timeline.lane("main"), timeline.lane("countdown"));

    let t = spawn(move || countdown(3, &worker));
    println!("main goes on");
    let waiting = main.wait("join");
    t.join().expect("countdown does not panic");

    drop(waiting);
    timeline.show("countdown");
}
// ANCHOR_END: show
