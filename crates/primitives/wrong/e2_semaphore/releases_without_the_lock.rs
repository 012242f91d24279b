//! wrong: lost-wakeup: the release may come between a waiter's look and its sleep
//! survives real threads

use interleave::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use interleave::sync::{Condvar, Mutex};

/// A number of permits; who finds none waits for one.
pub struct Semaphore {
    permits: AtomicUsize,
    lock: Mutex<()>,
    /// Belongs to `lock`: there are more permits.
    released: Condvar,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore { permits: AtomicUsize::new(permits), lock: Mutex::new(()), released: Condvar::new() }
    }

    /// Takes a permit. Blocks until there is one.
    pub fn acquire(&self) {
        let mut lock = self.lock.lock();
        while !self.try_acquire() {
            lock = self.released.wait(lock);
        }
    }

    /// Takes a permit if there is one, and says whether. Does not wait for one.
    pub fn try_acquire(&self) -> bool {
        self.permits.fetch_update(SeqCst, SeqCst, |permits| permits.checked_sub(1)).is_ok()
    }

    /// Gives back so many permits, or new ones. Any thread may.
    pub fn release(&self, count: usize) {
        self.permits.fetch_add(count, SeqCst);
        for _ in 0..count {
            self.released.notify_one();
        }
    }
}
