//! Step 3: a lock out of one integer and a futex.
//!
//! The integer is 0, free; 1, held; or 2, held, and somebody may be asleep. Without a second thread, taking and
//! releasing it are one atomic step each and no system call. The third state is what tells a release whether it has
//! to wake anybody.
//!
//! What it lacks: a thread that is woken takes part in the race again, and may lose it for ever; and it has to assume
//! that others sleep, so that its release wakes nobody for nothing. See [`RawLock`](crate::RawLock) for both.

use std::cell::UnsafeCell;
use std::fmt;
use std::ops::{Deref, DerefMut};

use ungil_sync::atomic::{AtomicU32, Ordering};
use ungil_sync::{const_fn, futex};

use crate::backoff::Backoff;

// ANCHOR: futex
const FREE: u32 = 0;
const HELD: u32 = 1;
const CONTENDED: u32 = 2;

/// A value behind a lock of three states.
pub struct FutexLock<T> {
    state: AtomicU32,
    value: UnsafeCell<T>,
}

impl<T> FutexLock<T> {
    /// Blocks until nobody else holds it. A thread that holds it already waits for ever.
    #[inline]
    pub fn lock(&self) -> FutexLockGuard<'_, T> {
        // Acquire pairs with the Release of `drop`: what the last holder did is visible.
        if self.state.compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed).is_err() {
            self.lock_contended();
        }
        FutexLockGuard { lock: self }
    }

    #[cold]
    fn lock_contended(&self) {
        let mut backoff = Backoff::default();
        while self.state.load(Ordering::Relaxed) == HELD && backoff.snooze() {}
        // A thread that has once seen the lock contended leaves it contended: others may be asleep.
        while self.state.swap(CONTENDED, Ordering::Acquire) != FREE {
            futex::wait(&self.state, CONTENDED, None);
        }
    }
}

impl<T> Drop for FutexLockGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquires of `lock`.
        if self.lock.state.swap(FREE, Ordering::Release) == CONTENDED {
            futex::wake(&self.lock.state, 1);
        }
    }
}
// ANCHOR_END: futex

impl<T> FutexLock<T> {
    const_fn! {
        /// A value that nobody holds.
        pub fn new(value: T) -> Self {
            FutexLock { state: AtomicU32::new(FREE), value: UnsafeCell::new(value) }
        }
    }
}

// SAFETY: the value is only reached through a guard, and there is one guard at a time; it may be made in any thread,
// so the value must be Send.
unsafe impl<T: Send> Sync for FutexLock<T> {}

/// The right to use the value; dropping it releases the lock.
#[must_use = "the lock is released at once if this is dropped"]
pub struct FutexLockGuard<'a, T> {
    lock: &'a FutexLock<T>,
}

// SAFETY: a shared guard gives shared references to the value, no more.
unsafe impl<T: Sync> Sync for FutexLockGuard<'_, T> {}

impl<T> Deref for FutexLockGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one, and it is borrowed shared.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for FutexLockGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one, and it is borrowed for us alone.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> fmt::Debug for FutexLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FutexLock").field("state", &self.state).finish_non_exhaustive()
    }
}
