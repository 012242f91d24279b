//! The lecture's `SharedCounter`, with a guard.

use crate::Lock;
use ungil_sync::const_fn;

/// A number that many threads add to.
///
/// The lecture's counter releases its lock by hand, so an exception leaves the lock held; and its `get` reads without the
/// lock. With a guard neither mistake compiles.
///
/// ```
/// use ungil_primitives::SharedCounter;
///
/// static HITS: SharedCounter = SharedCounter::new(0);
///
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| (0..100).for_each(|_| HITS.increment(1)));
///     }
/// });
/// assert_eq!(HITS.get(), 400);
/// ```
// ANCHOR: counter
#[derive(Debug, Default)]
pub struct SharedCounter {
    /// Its own lock guards it.
    value: Lock<i64>,
}

impl SharedCounter {
    /// Adds `delta`. The sum wraps around at the bounds of `i64`.
    pub fn increment(&self, delta: i64) {
        let mut value = self.value.lock();
        *value = value.wrapping_add(delta);
    }

    /// The current value.
    pub fn get(&self) -> i64 {
        *self.value.lock()
    }
}
// ANCHOR_END: counter

impl SharedCounter {
    const_fn! {
        /// A counter with the value `value`.
        pub fn new(value: i64) -> Self {
            SharedCounter { value: Lock::new(value) }
        }
    }
}
