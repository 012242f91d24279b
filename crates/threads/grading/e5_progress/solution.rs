//! `fetch_add` alone would lose no addition; the lock is there so that no addition comes between a reporter's look and
//! its sleep. All accesses are under the lock, so `Relaxed` is enough: the lock orders them.

use interleave::sync::atomic::{AtomicU32, Ordering};
use interleave::sync::{Condvar, Mutex};

/// How much is done: many threads add to it, many wait for more.
pub struct Progress {
    done: AtomicU32,
    lock: Mutex<()>,
    /// Belongs to `lock`.
    changed: Condvar,
}

impl Progress {
    pub fn new() -> Self {
        Progress { done: AtomicU32::new(0), lock: Mutex::new(()), changed: Condvar::new() }
    }

    /// So much more is done.
    pub fn advance(&self, by: u32) {
        {
            let _lock = self.lock.lock();
            self.done.fetch_add(by, Ordering::Relaxed);
        }
        self.changed.notify_all();
    }

    /// Blocks until more than `seen` is done, and says how much.
    pub fn wait_beyond(&self, seen: u32) -> u32 {
        let mut lock = self.lock.lock();
        loop {
            let done = self.done.load(Ordering::Relaxed);
            if done > seen {
                return done;
            }
            lock = self.changed.wait(lock);
        }
    }
}
