//! puzzle: Lost progress
//! goal: Two threads add 2 and 3 to a total of 0. Make it come out wrong.
//! class: wrong-value
//! learnt: Load, add and store are three steps, and other threads run in between. fetch_add is one step.

use interleave::sync::Arc;
use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::thread;

struct Progress {
    done: AtomicU32,
}

// ANCHOR: show
impl Progress {
    fn advance(&self, by: u32) {
        let done = self.done.load(Relaxed);
        self.done.store(done + by, Relaxed);
    }
}

fn main() {
    let progress = Arc::new(Progress { done: AtomicU32::new(0) });
    let other = Arc::clone(&progress);
    let worker = thread::spawn(move || other.advance(2));
    progress.advance(3);
    worker.join().unwrap();
    assert_eq!(progress.done.load(Relaxed), 5, "one is lost");
}
// ANCHOR_END: show

crate::puzzles::scenario!(main);
