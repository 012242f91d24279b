//! Step 2: a lock of one atomic flag, and nothing to sleep on. Why not?
//!
//! Taking and releasing the lock are one atomic operation each. But a waiter runs: it occupies a CPU, and
//! on the only CPU it takes the time in which the holder could finish. So a waiter yields after some
//! loads, and still
//!
//! - the system runs it again and again only for another load;
//! - the system does not know which thread it waits for. A waiter of high real-time priority that yields runs first
//!   again, and the holder, of low priority, never runs: *priority inversion*, and here it lasts for ever;
//! - there is no queue: the thread that looks at the right moment takes the lock.
//!
//! It is right where the holder cannot be put to sleep, as in a kernel with interrupts off. As a short spin
//! *before* sleeping it is right everywhere: steps 3 and 4 begin so.

use std::cell::UnsafeCell;
use std::fmt;
use std::ops::{Deref, DerefMut};

use ungil_sync::atomic::{AtomicBool, Ordering};
use ungil_sync::const_fn;
use ungil_sync::{hint::spin_loop, thread::yield_now};

/// Loads before a waiter yields. None in a model, where the other threads have to run.
const LOADS: u32 = if cfg!(ungil_model) { 0 } else { 100 };

/// A value behind a lock whose waiters spin.
///
/// ```
/// use ungil_primitives::steps::SpinLock;
///
/// static TOTAL: SpinLock<u32> = SpinLock::new(0);
///
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| *TOTAL.lock() += 1);
///     }
/// });
/// assert_eq!(*TOTAL.lock(), 4);
/// ```
// ANCHOR: spin
pub struct SpinLock<T> {
    locked: AtomicBool,
    /// Guarded by `locked`.
    value: UnsafeCell<T>,
}

impl<T> SpinLock<T> {
    /// Spins until the lock is free. The holder itself would spin for ever.
    #[inline]
    pub fn lock(&self) -> SpinLockGuard<'_, T> {
        // Acquire: pairs with the Release of `drop`, which happens before this.
        while self.locked.compare_exchange_weak(false, true, Ordering::Acquire, Ordering::Relaxed).is_err() {
            self.spin();
        }
        SpinLockGuard { lock: self }
    }

    #[cold]
    fn spin(&self) {
        for _ in 0..LOADS {
            // A load leaves the cache line with the holder; a compare-exchange would take it away.
            if !self.locked.load(Ordering::Relaxed) {
                return;
            }
            spin_loop();
        }
        yield_now();
    }
}

impl<T> Drop for SpinLockGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire of `lock`.
        self.lock.locked.store(false, Ordering::Release);
    }
}
// ANCHOR_END: spin

impl<T> SpinLock<T> {
    const_fn! {
        /// An unlocked value.
        pub fn new(value: T) -> Self {
            SpinLock { locked: AtomicBool::new(false), value: UnsafeCell::new(value) }
        }
    }
}

// SAFETY: the value is only reached through a guard, and there is one guard at a time; it may be made in any
// thread, so the value must be Send.
unsafe impl<T: Send> Sync for SpinLock<T> {}

/// The right to use the value; dropping it releases the lock.
#[must_use = "the lock is released at once if this is dropped"]
pub struct SpinLockGuard<'a, T> {
    lock: &'a SpinLock<T>,
}

// SAFETY: a shared guard gives shared references to the value, no more.
unsafe impl<T: Sync> Sync for SpinLockGuard<'_, T> {}

impl<T> Deref for SpinLockGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one, and it is borrowed shared.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for SpinLockGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one, and it is borrowed for us alone.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> fmt::Debug for SpinLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpinLock").field("locked", &self.locked).finish_non_exhaustive()
    }
}
