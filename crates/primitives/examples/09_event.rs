//! An event is a flag that threads wait for: it stays set, and all waiters go on.
//!
//! In the lecture's summary, without a slide. The slides say that "all primitives have acquire and release"; an event
//! has neither: there is nothing to release.

use std::thread::sleep;
use std::time::Duration;

use ungil_primitives::Event;
use ungil_threads::scope;
use ungil_timeline::Timeline;

// ANCHOR: show
fn main() {
    let timeline = Timeline::new();
    let main = timeline.lane("main");
    let start = Event::new();
    scope(|s| {
        for n in 1..=3 {
            let (runner, start) =
                (timeline.lane(&format!("runner {n}")), &start);
            s.spawn(move || {
                let waiting = runner.wait("wait");
                start.wait();
                drop(waiting);
                let _running = runner.span("runs");
                sleep(Duration::from_millis(10 * n));
            });
        }
        {
            let _ready = main.span("get set");
            sleep(Duration::from_millis(15));
        }
        main.instant("set");
        start.set();
    });

    start.wait(); // at once: it stays set
    println!("set: {}", start.is_set());
    start.clear();
    let again = start.wait_timeout(Duration::from_millis(5));
    println!("cleared: {}", again.unwrap_err());
    timeline.show("event");
}
// ANCHOR_END: show
