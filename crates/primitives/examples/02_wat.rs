//! Step 1: the lecture's lock has no owner, so a thread gets past its own `acquire`. WAT?
//!
//! The slide with the "WAT?". "Held" is a flag, and any thread may clear it. That is not a bug: programs use it as a signal
//! from one thread to another.

use std::thread::sleep;
use std::time::Duration;

use ungil_primitives::steps::LockT;
use ungil_threads::scope;
use ungil_timeline::Timeline;

// ANCHOR: show
fn main() {
    let timeline = Timeline::new();
    let (main, idle) =
        (timeline.lane("main"), timeline.lane("idle_release"));
    let done = LockT::new();

    let idle_release = || {
        println!("Running!");
        {
            let _sleeping = idle.wait("sleep");
            sleep(Duration::from_millis(15));
        }
        idle.arrow(&main, "release");
        done.release() // it has never acquired it
    };

    done.acquire();
    scope(|s| {
        s.spawn(idle_release);
        let waiting = main.wait("acquire");
        done.acquire(); // main holds it already
        drop(waiting);
        println!("WAT?");
    });

    println!("release: {:?}", done.release());
    println!("again:   {}", done.release().unwrap_err());
    timeline.show("wat");
}
// ANCHOR_END: show
