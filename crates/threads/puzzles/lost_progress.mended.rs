//! lost_progress, mended: to add is one step.

use interleave::sync::Arc;
use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::thread;

struct Progress {
    done: AtomicU32,
}

// ANCHOR: show
impl Progress {
    fn advance(&self, by: u32) {
        self.done.fetch_add(by, Relaxed);
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
