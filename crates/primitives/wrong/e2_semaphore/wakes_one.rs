//! wrong: partial-deadlock: two permits are released, and only one of two waiters is woken

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
        self.released.notify_one();
    }
}
