//! The flag is set under the lock that a waiter holds while it looks at the flag. So a waiter that has seen `false`
//! is asleep before the request can come, and the notification reaches it. `notify_all` may come after the lock is
//! free again.
//!
//! Release and Acquire are for `is_requested`, which takes no lock: they make all writes before the request
//! visible.

use interleave::sync::atomic::{AtomicBool, Ordering};
use interleave::sync::{Condvar, Mutex};

/// A request to stop, for which a thread can wait.
pub struct Stop {
    /// Looked at without the lock: polling it is cheap.
    requested: AtomicBool,
    lock: Mutex<()>,
    /// Belongs to `lock`.
    wake: Condvar,
}

impl Stop {
    pub fn new() -> Self {
        Stop { requested: AtomicBool::new(false), lock: Mutex::new(()), wake: Condvar::new() }
    }

    /// Asks for a stop, and wakes every thread that waits.
    pub fn request(&self) {
        {
            let _lock = self.lock.lock();
            self.requested.store(true, Ordering::Release);
        }
        self.wake.notify_all();
    }

    /// Whether a stop was requested. Who sees `true` also sees all that was written before the request.
    pub fn is_requested(&self) -> bool {
        self.requested.load(Ordering::Acquire)
    }

    /// Blocks until a stop is requested.
    pub fn wait(&self) {
        let mut lock = self.lock.lock();
        while !self.is_requested() {
            lock = self.wake.wait(lock);
        }
    }
}
