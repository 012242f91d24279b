//! One lock for the number, and one loop: look, and sleep until the number may have changed. A waiter looks again after
//! each wake-up, because another thread may have been faster. A release counts up under the lock that the waiter holds
//! while it looks, so it comes either before the look or after the waiter has fallen asleep.
//!
//! Every release wakes one waiter for each permit. To wake only when there was no permit before would be too few: the
//! first woken thread may not have taken its permit yet when the second release comes.

use interleave::sync::{Condvar, Mutex};

/// A number of permits; who finds none waits for one.
pub struct Semaphore {
    permits: Mutex<usize>,
    /// Belongs to `permits`: there are more.
    released: Condvar,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore { permits: Mutex::new(permits), released: Condvar::new() }
    }

    /// Takes a permit. Blocks until there is one.
    pub fn acquire(&self) {
        let mut permits = self.permits.lock();
        while *permits == 0 {
            permits = self.released.wait(permits);
        }
        *permits -= 1;
    }

    /// Takes a permit if there is one, and says whether. Does not wait for one.
    pub fn try_acquire(&self) -> bool {
        let mut permits = self.permits.lock();
        let some = *permits > 0;
        if some {
            *permits -= 1;
        }
        some
    }

    /// Gives back so many permits, or new ones. Any thread may.
    pub fn release(&self, count: usize) {
        *self.permits.lock() += count;
        for _ in 0..count {
            self.released.notify_one();
        }
    }
}
