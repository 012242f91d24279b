//! quick_look, mended: whoever signals has the mutex, and so has who looks, until it sleeps.

use interleave::sync::atomic::{AtomicBool, Ordering};
use interleave::sync::{Arc, Condvar, Mutex};
use interleave::thread;

struct Gil {
    locked: AtomicBool,
    mutex: Mutex<()>,
    /// Belongs to `mutex`.
    released: Condvar,
}

impl Gil {
    /// The one who makes it has it.
    fn new() -> Self {
        Gil { locked: AtomicBool::new(true), mutex: Mutex::new(()), released: Condvar::new() }
    }
}

// ANCHOR: show
fn wait_for(gil: &Gil) {
    let mut mutex = gil.mutex.lock();
    while gil.locked.load(Ordering::Acquire) {
        mutex = gil.released.wait(mutex);
    }
}

fn release(gil: &Gil) {
    gil.locked.store(false, Ordering::Release);
    let _mutex = gil.mutex.lock();
    gil.released.notify_one();
}

fn main() {
    let gil = Arc::new(Gil::new());
    let other = Arc::clone(&gil);
    let other = thread::spawn(move || wait_for(&other));
    release(&gil);
    other.join().unwrap();
}
// ANCHOR_END: show

crate::puzzles::scenario!(main);
