//! Python's `Lock` around a value: dropping the guard releases the lock.

use std::any::type_name;
use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use ungil_threads::{Interrupted, Limit};

use crate::RawLock;
use crate::condition::{self, Guard};
use crate::lock_order::Node;
use ungil_sync::const_fn;

/// A value that one thread at a time can use.
///
/// Like `std::sync::Mutex`, but without poisoning: a panic only releases the lock. A thread can wait for the lock with a
/// time-out or a stop token. Order of waiters and size are [`RawLock`]'s: `Lock<()>` has four bytes.
///
/// A thread that locks again while it has the guard waits for ever; an [`RLock`](crate::RLock) can be locked again.
///
/// ```
/// use ungil_primitives::Lock;
///
/// static TOTAL: Lock<u64> = Lock::new(0);
///
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| *TOTAL.lock() += 1);
///     }
/// });
/// assert_eq!(*TOTAL.lock(), 4);
/// ```
pub struct Lock<T: ?Sized> {
    /// Held while there is a guard.
    raw: RawLock,
    /// The lock's place in the graph of the lock order. Guards itself.
    order: Node,
    /// Guarded by `raw`.
    value: UnsafeCell<T>,
}

// Without the detector a lock of nothing is its state word. The model checker's integers are larger.
const _: () = assert!(
    cfg!(any(all(feature = "lock-order", debug_assertions), ungil_model)) || size_of::<Lock<()>>() == 4
);

// SAFETY: the value is only reached through the guard, and there is one guard at a time. It may be in any thread, so the
// value must be Send.
unsafe impl<T: ?Sized + Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    const_fn! {
        /// An unlocked value.
        #[track_caller]
        pub fn new(value: T) -> Self {
            Lock { raw: RawLock::new(), order: Node::new("Lock", type_name::<T>), value: UnsafeCell::new(value) }
        }
    }

    /// The value. Ownership shows that no thread has the guard.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Lock<T> {
    /// Blocks until no other thread has the guard.
    #[inline]
    #[track_caller]
    pub fn lock(&self) -> LockGuard<'_, T> {
        self.order.takes();
        self.raw.acquire();
        self.guard()
    }

    /// The guard, if no thread has it; otherwise `None`. Never blocks.
    #[inline]
    #[track_caller]
    pub fn try_lock(&self) -> Option<LockGuard<'_, T>> {
        if self.raw.try_acquire() { Some(self.guard()) } else { None }
    }

    /// Locks as [`lock`](Self::lock) does, but waits at most for `timeout`.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if the lock was not free in that time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ungil_primitives::{Interrupted, Lock};
    ///
    /// let lock = Lock::new(1);
    /// let guard = lock.lock();
    /// assert_eq!(lock.lock_timeout(Duration::from_millis(1)).unwrap_err(), Interrupted::Timeout);
    /// drop(guard);
    /// assert_eq!(*lock.lock_timeout(Duration::MAX).unwrap(), 1);
    /// ```
    #[track_caller]
    pub fn lock_timeout(&self, timeout: Duration) -> Result<LockGuard<'_, T>, Interrupted> {
        self.raw.acquire_timeout(timeout)?;
        Ok(self.guard())
    }

    /// Locks as [`lock`](Self::lock) does, but waits only until `limit` is reached.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    #[track_caller]
    pub fn lock_until(&self, limit: impl Into<Limit>) -> Result<LockGuard<'_, T>, Interrupted> {
        self.raw.acquire_until(limit)?;
        Ok(self.guard())
    }

    /// Whether a thread has the guard. The answer may be outdated when the caller gets it.
    pub fn is_locked(&self) -> bool {
        self.raw.is_locked()
    }

    /// The value, without locking: the exclusive borrow shows that no thread has the guard.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// The caller holds the guard.
    #[inline]
    fn release(&self) {
        self.order.released();
        self.raw.release_held();
    }

    /// The caller has just acquired `raw`.
    #[track_caller]
    fn guard(&self) -> LockGuard<'_, T> {
        self.order.taken();
        LockGuard { lock: self, _stays_in_its_thread: PhantomData }
    }
}

/// The right to use the value of a [`Lock`]; dropping it releases the lock.
#[must_use = "the lock is released at once if this is dropped"]
pub struct LockGuard<'a, T: ?Sized> {
    lock: &'a Lock<T>,
    /// Makes the guard `!Send`: the thread that locked must unlock.
    _stays_in_its_thread: PhantomData<*const ()>,
}

// SAFETY: a shared guard only gives shared references to the value.
unsafe impl<T: ?Sized + Sync> Sync for LockGuard<'_, T> {}

impl<T: ?Sized> Guard for LockGuard<'_, T> {}

impl<T: ?Sized> condition::Sealed for LockGuard<'_, T> {
    fn raw(&self) -> &RawLock {
        &self.lock.raw
    }

    fn order(&self) -> &Node {
        &self.lock.order
    }

    fn release_all(&mut self) -> u64 {
        self.lock.release();
        1
    }

    fn take_back(&mut self, _count: u64) {
        self.lock.order.taken();
    }
}

impl<T: ?Sized> Drop for LockGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.release();
    }
}

impl<T: ?Sized> Deref for LockGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one, and it is borrowed shared.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T: ?Sized> DerefMut for LockGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one, and its borrow is exclusive.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T: Default> Default for Lock<T> {
    #[track_caller]
    fn default() -> Self {
        Lock::new(T::default())
    }
}

impl<T> From<T> for Lock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Lock::new(value)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Lock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.try_lock() {
            Some(guard) => f.debug_struct("Lock").field("value", &&*guard).finish(),
            None => f.debug_struct("Lock").field("value", &format_args!("<locked>")).finish(),
        }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for LockGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for LockGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
