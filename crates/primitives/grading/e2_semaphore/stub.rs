//! Exercise 2/2: a semaphore. The task stands in e2_semaphore.md.

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
        todo!()
    }

    /// Takes a permit if there is one, and says whether. Does not wait for one.
    pub fn try_acquire(&self) -> bool {
        todo!()
    }

    /// Gives back so many permits, or new ones. Any thread may.
    pub fn release(&self, count: usize) {
        todo!()
    }
}
