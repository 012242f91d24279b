//! Exercise 1/3: a value for each thread. The task stands in e3_per_thread.md.

use interleave::sync::{Arc, Mutex};
use interleave::thread::{self, ThreadId};

/// One value a thread.
pub struct PerThread<T> {
    /// Makes a thread's value when the thread first asks.
    init: fn() -> T,
    /// Few threads: to look through all is fast enough.
    values: Mutex<Vec<(ThreadId, Arc<Mutex<T>>)>>,
}

impl<T> PerThread<T> {
    pub fn new(init: fn() -> T) -> Self {
        PerThread { init, values: Mutex::new(Vec::new()) }
    }

    /// Calls `f` with this thread's value. Meanwhile other threads can use theirs.
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        todo!()
    }

    /// The values of all threads, in any order.
    pub fn values(&self) -> Vec<T>
    where
        T: Clone,
    {
        todo!()
    }
}
