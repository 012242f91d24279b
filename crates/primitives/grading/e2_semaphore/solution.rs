//! One lock for the number, and one loop: look, and sleep until there may be something to see. A waiter looks
//! again after each wake-up, as somebody else may have been faster; and a release counts up under the lock
//! under which a waiter looks, so it comes either before the look or after the falling asleep.
//!
//! Every release wakes as many as it gives permits to. To wake only when there was none before would be too
//! few: the first to be woken may not have taken its permit yet when the second comes.

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
