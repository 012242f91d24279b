//! A semaphore has N permits, and a thread that finds none waits.
//!
//! From the slide with the list of primitives. It says that a semaphore "can be acquired no more than a fixed
//! number of times". But every release adds a permit, even without an acquire. The bounded semaphore only refuses a
//! release too many: it cannot notice a missing one.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread::sleep;
use std::time::Duration;

use ungil_primitives::{BoundedSemaphore, Semaphore};
use ungil_threads::scope;
use ungil_timeline::Timeline;

// ANCHOR: show
fn main() {
    let timeline = Timeline::new();
    let tables = Semaphore::new(2);
    let (inside, most) = (AtomicU32::new(0), AtomicU32::new(0));
    scope(|s| {
        for n in 1..=4 {
            let guest = timeline.lane(&format!("guest {n}"));
            let (tables, inside, most) = (&tables, &inside, &most);
            s.spawn(move || {
                let waiting = guest.wait("acquire");
                let _table = tables.acquire();
                drop(waiting);
                let _eating = guest.span("eats");
                most.fetch_max(inside.fetch_add(1, Relaxed) + 1, Relaxed);
                sleep(Duration::from_millis(15));
                inside.fetch_sub(1, Relaxed);
            });
        }
    });
    println!("more than 2 at once: {}", most.into_inner() > 2);

    println!("released, never acquired: {:?}", tables.release(1));
    println!("tables now: {}", tables.available());

    let tables = BoundedSemaphore::new(2);
    println!("bounded: {}", tables.release(1).unwrap_err());
    tables.acquire().forget();
    println!("acquired, never released: {} left", tables.available());
    timeline.show("semaphore");
}
// ANCHOR_END: show
