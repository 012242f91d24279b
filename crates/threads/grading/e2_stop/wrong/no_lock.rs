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

    // ANCHOR: show
    /// Asks for a stop, and wakes every thread that waits.
    pub fn request(&self) {
        self.requested.store(true, Ordering::Release);
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
    // ANCHOR_END: show
}
