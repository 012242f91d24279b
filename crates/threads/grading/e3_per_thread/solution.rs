//! The list's lock guards only the list. A thread holds it to find an `Arc`, and never while it waits for another
//! lock or runs foreign code. So the list's lock is always free again soon, and no cycle of waiting threads can
//! contain it.

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
        let value = {
            let mut values = self.values.lock();
            let me = thread::current().id();
            match values.iter().find(|(thread, _)| *thread == me) {
                Some((_, value)) => Arc::clone(value),
                None => {
                    let value = Arc::new(Mutex::new((self.init)()));
                    values.push((me, Arc::clone(&value)));
                    value
                }
            }
        };
        f(&mut value.lock())
    }

    /// The values of all threads, in any order.
    pub fn values(&self) -> Vec<T>
    where
        T: Clone,
    {
        let values = self.values.lock().clone();
        values.iter().map(|(_, value)| value.lock().clone()).collect()
    }
}
