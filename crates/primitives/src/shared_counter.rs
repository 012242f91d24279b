//! The lecture's `SharedCounter`, with a guard.

use crate::Lock;
use ungil_sync::const_fn;

/// A number that many threads add to.
///
/// The lecture's releases its lock by hand, so that an exception leaves it locked; and its `get` reads without the
/// lock. Here neither can be written.
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
    value: Lock<i64>,
}

impl SharedCounter {
    /// Adds `delta`. At the end of the numbers it begins anew at the other one.
    pub fn increment(&self, delta: i64) {
        let mut value = self.value.lock();
        *value = value.wrapping_add(delta);
    }

    /// Where it stands.
    pub fn get(&self) -> i64 {
        *self.value.lock()
    }
}
// ANCHOR_END: counter

impl SharedCounter {
    const_fn! {
        /// A counter that stands at `value`.
        pub fn new(value: i64) -> Self {
            SharedCounter { value: Lock::new(value) }
        }
    }
}
