//! Exercise 1/2: stop a thread that is blocked. The task stands in e2_stop.md.

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
        todo!()
    }

    /// Whether a stop was requested. Who sees `true` also sees all that was written before the request.
    pub fn is_requested(&self) -> bool {
        todo!()
    }

    /// Blocks until a stop is requested.
    pub fn wait(&self) {
        todo!()
    }
}
