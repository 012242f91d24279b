//! puzzle: Missed stop
//! goal: T1 asks main to stop. Make main sleep for ever all the same.
//! class: lost-wakeup
//! learnt: A notification wakes only threads that sleep now; nobody keeps it for later. If the flag is set under the
//! waiter's lock, nothing comes between the waiter's look and its sleep.

use interleave::sync::atomic::{AtomicBool, Ordering::SeqCst};
use interleave::sync::{Arc, Condvar, Mutex};
use interleave::thread;

struct Stop {
    requested: AtomicBool,
    lock: Mutex<()>,
    /// Belongs to `lock`.
    wake: Condvar,
}

impl Default for Stop {
    fn default() -> Self {
        Stop { requested: AtomicBool::new(false), lock: Mutex::new(()), wake: Condvar::new() }
    }
}

// ANCHOR: show
impl Stop {
    fn request(&self) {
        self.requested.store(true, SeqCst);
        self.wake.notify_all();
    }

    fn wait(&self) {
        let mut lock = self.lock.lock();
        while !self.requested.load(SeqCst) {
            lock = self.wake.wait(lock);
        }
    }
}

fn main() {
    let stop = Arc::new(Stop::default());
    let other = Arc::clone(&stop);
    thread::spawn(move || other.request());
    stop.wait();
}
// ANCHOR_END: show

crate::puzzles::scenario!(main);
