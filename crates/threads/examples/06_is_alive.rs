//! Alive means: started, and not finished.
//!
//! Slide 9. The answer may be out of date when it arrives; after a join it is certain.

use ungil_threads::{StopSource, Thread, active_count, enumerate};

// ANCHOR: show
fn main() {
    let (source, stop) = StopSource::new();
    let t = Thread::new(move || stop.wait());
    t.set_name("waiter");
    println!("{t:?}: {}", t.is_alive());

    t.start().expect("a thread");
    println!("{t:?}: {}", t.is_alive());
    println!("{} threads: {:?}", active_count(), enumerate());

    source.request_stop();
    t.join().expect("no panic");
    println!("{t:?}: {}", t.is_alive());
    println!("{} thread: {:?}", active_count(), enumerate());
}
// ANCHOR_END: show
