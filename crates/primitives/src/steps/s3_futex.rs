//! Step 3: a lock out of one integer and a futex.
//!
//! | state | means | next |
//! |---|---|---|
//! | `FREE` | no holder | `HELD` |
//! | `HELD` | held, no sleeping waiter | `FREE`, or `CONTENDED` by a waiter before it sleeps |
//! | `CONTENDED` | held, waiters may sleep | `FREE`: the release wakes one |
//!
//! Without contention, taking and releasing the lock are one atomic operation each and no system call.
//!
//! What it lacks: a woken waiter races again and may lose for ever; and it has to assume that other waiters sleep, so its
//! release often makes a system call that wakes no thread. [`RawLock`](crate::RawLock) does better in both.

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
    /// Guarded by `state`.
    value: UnsafeCell<T>,
}

impl<T> FutexLock<T> {
    /// Blocks until the lock is free. The holder itself would wait for ever.
    #[inline]
    pub fn lock(&self) -> FutexLockGuard<'_, T> {
        // Acquire: pairs with the Release of `drop`, which happens before this.
        if self.state.compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed).is_err() {
            self.lock_contended();
        }
        FutexLockGuard { lock: self }
    }

    #[cold]
    fn lock_contended(&self) {
        let mut backoff = Backoff::new();
        while !backoff.is_completed() && self.state.load(Ordering::Relaxed) == HELD {
            backoff.snooze();
        }
        // A thread that has once waited takes the lock as CONTENDED: other waiters may be asleep.
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
        /// An unlocked value.
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
