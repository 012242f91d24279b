//! puzzle: a quick look
//! goal: Main has the GIL, and releases it; T1 wants it. Let T1 sleep for ever.
//! class: lost-wakeup
//! learnt: A signal wakes only threads that sleep now: it is not kept. So nothing may come between the look and the
//! sleep, and the waiter must hold the lock from its look to its sleep.

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
    /// The thread that makes it holds it.
    fn new() -> Self {
        Gil { locked: AtomicBool::new(true), mutex: Mutex::new(()), released: Condvar::new() }
    }
}

// ANCHOR: show
fn wait_for(gil: &Gil) {
    while gil.locked.load(Ordering::Acquire) {
        let mutex = gil.mutex.lock();
        drop(gil.released.wait(mutex));
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
