//! A barrier: threads wait for each other, again and again. If one does not come, the others are told.
//!
//! In the lecture's summary, without a slide. std's barrier cannot break, so threads that wait for a dead
//! thread wait for ever.

use std::thread::sleep;
use std::time::Duration;

use ungil_primitives::Barrier;
use ungil_threads::scope;
use ungil_timeline::Timeline;

// ANCHOR: show
fn main() {
    let timeline = Timeline::new();
    let lap =
        Barrier::with_action(3, || println!("all are here: a lap ends"));
    scope(|s| {
        for n in 1..=3 {
            let runner = timeline.lane(&format!("runner {n}"));
            let lap = &lap;
            s.spawn(move || {
                for _ in 0..2 {
                    {
                        let _running = runner.span("runs");
                        sleep(Duration::from_millis(8 * n));
                    }
                    let _waiting = runner.wait("wait");
                    lap.wait().expect("nobody gives up");
                }
            });
        }
    });

    // The third thread never comes.
    scope(|s| {
        let first = s.spawn(|| lap.wait().unwrap_err());
        while lap.waiting() == 0 {
            std::thread::yield_now();
        }
        let patience = Duration::from_millis(10);
        println!("second: {}", lap.wait_timeout(patience).unwrap_err());
        println!("first:  {}", first.join().expect("no panic"));
    });
    println!("broken: {}", lap.is_broken());
    lap.reset();
    println!("reset:  {}", lap.is_broken());
    timeline.show("barrier");
}
// ANCHOR_END: show
