//! Python's `RLock`: its owner may acquire it again.

use std::any::type_name;
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::time::Duration;

use ungil_threads::{Interrupted, Limit};

use crate::RawLock;
use crate::condition::{self, Guard};
use crate::lock_order::Node;
use ungil_sync::atomic::{AtomicU64, Ordering};
use ungil_sync::{const_fn, thread_key};

/// A lock with an owner. The owner may acquire the lock again, and has to release it as often as it has acquired it.
///
/// The raw form of [`RLock`], as [`RawLock`] is of [`Lock`](crate::Lock). Only the owner can release the lock.
pub struct RawRLock {
    /// Held by the owner.
    lock: RawLock,
    /// The owner's [`thread_key`], or 0. Written only by the holder of `lock`, read without it: a thread that reads its own
    /// key is the owner, since no other thread writes that key.
    owner: AtomicU64,
    /// How often the owner holds the lock. Guarded by `lock`.
    count: Cell<u64>,
}

// SAFETY: only the thread that holds `lock` uses `count`.
unsafe impl Sync for RawRLock {}

impl RawRLock {
    const_fn! {
        /// A free lock.
        pub fn new() -> Self {
            RawRLock { lock: RawLock::new(), owner: AtomicU64::new(0), count: Cell::new(0) }
        }
    }

    /// Blocks until no other thread holds the lock, and acquires it.
    #[inline]
    pub fn acquire(&self) {
        let me = thread_key();
        if !self.again(me) {
            self.lock.acquire();
            self.own(me, 1);
        }
    }

    /// Acquires the lock if no other thread holds it. Never blocks.
    #[inline]
    pub fn try_acquire(&self) -> bool {
        let me = thread_key();
        self.again(me) || {
            let acquired = self.lock.try_acquire();
            if acquired {
                self.own(me, 1);
            }
            acquired
        }
    }

    /// Acquires the lock as [`acquire`](Self::acquire) does, but waits at most for `timeout`.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if the lock was not free in that time.
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<(), Interrupted> {
        if self.try_acquire() { Ok(()) } else { self.acquire_until(timeout) }
    }

    /// Acquires the lock as [`acquire`](Self::acquire) does, but waits only until `limit` is reached.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    pub fn acquire_until(&self, limit: impl Into<Limit>) -> Result<(), Interrupted> {
        let me = thread_key();
        if !self.again(me) {
            self.lock.acquire_until(limit)?;
            self.own(me, 1);
        }
        Ok(())
    }

    /// Releases the lock once.
    ///
    /// # Errors
    ///
    /// [`NotOwner`] if this thread does not hold the lock.
    #[inline]
    pub fn release(&self) -> Result<(), NotOwner> {
        match self.own_count() {
            0 => Err(NotOwner),
            1 => {
                self.disown();
                Ok(())
            }
            count => {
                self.count.set(count - 1);
                Ok(())
            }
        }
    }

    /// How often this thread holds the lock.
    #[inline]
    pub fn count(&self) -> usize {
        usize::try_from(self.own_count()).unwrap_or(usize::MAX)
    }

    /// Whether a thread holds the lock. The answer may be outdated when the caller gets it.
    pub fn is_locked(&self) -> bool {
        self.lock.is_locked()
    }

    /// How often this thread holds the lock, also where a `usize` has 32 bits.
    #[inline]
    fn own_count(&self) -> u64 {
        if self.owner.load(Ordering::Relaxed) == thread_key() { self.count.get() } else { 0 }
    }

    /// Acquires the lock once more if the calling thread holds it.
    #[inline]
    fn again(&self, me: u64) -> bool {
        // Relaxed: only this thread writes its key, so the comparison needs no other thread's writes.
        let mine = self.owner.load(Ordering::Relaxed) == me;
        if mine {
            // 64 bits do not run out.
            self.count.set(self.count.get() + 1);
        }
        mine
    }

    /// The caller has just acquired `lock`, and becomes the owner.
    #[inline]
    fn own(&self, me: u64, count: u64) {
        self.owner.store(me, Ordering::Relaxed);
        self.count.set(count);
    }

    /// The owner releases the lock, however often it holds it.
    #[inline]
    fn disown(&self) {
        // Relaxed: before the release of `lock`, so no later owner's key is overwritten.
        self.owner.store(0, Ordering::Relaxed);
        self.lock.release_held();
    }
}

/// The error of [`RawRLock::release`]: this thread does not hold the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotOwner;

impl fmt::Display for NotOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("release of a lock that this thread does not hold")
    }
}

impl std::error::Error for NotOwner {}

/// A value that one thread at a time can use. That thread may lock it again.
///
/// A guard gives shared references only, since one thread may have several guards. To change the value, put it into a
/// [`Cell`] or a [`RefCell`](std::cell::RefCell); the value need not be `Sync`.
///
/// ```
/// use std::cell::Cell;
/// use ungil_primitives::RLock;
///
/// fn pay(account: &RLock<Cell<i64>>, amount: i64) {
///     let balance = account.lock();
///     balance.set(balance.get() + amount);
/// }
///
/// let account = RLock::new(Cell::new(0));
/// let all_or_nothing = account.lock();
/// pay(&account, 30); // a plain lock would wait for itself here
/// pay(&account, -10);
/// assert_eq!(all_or_nothing.get(), 20);
/// ```
pub struct RLock<T: ?Sized> {
    /// Held while the owner has guards.
    raw: RawRLock,
    /// The lock's place in the graph of the lock order. Guards itself.
    order: Node,
    /// Guarded by `raw`.
    value: T,
}

// SAFETY: the value is only reached through guards, and all guards are in one thread at a time. The next guard may be in
// another thread, so the value must be Send; no two threads use it at once, so it need not be Sync.
unsafe impl<T: ?Sized + Send> Sync for RLock<T> {}

impl<T> RLock<T> {
    const_fn! {
        /// An unlocked value.
        #[track_caller]
        pub fn new(value: T) -> Self {
            RLock { raw: RawRLock::new(), order: Node::new("RLock", type_name::<T>), value }
        }
    }

    /// The value. Ownership shows that no thread has a guard.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T: ?Sized> RLock<T> {
    /// Blocks until no other thread has a guard.
    #[inline]
    #[track_caller]
    pub fn lock(&self) -> RLockGuard<'_, T> {
        self.order.takes();
        self.raw.acquire();
        self.guard()
    }

    /// A guard, if no other thread has one; otherwise `None`. Never blocks.
    #[inline]
    #[track_caller]
    pub fn try_lock(&self) -> Option<RLockGuard<'_, T>> {
        if self.raw.try_acquire() { Some(self.guard()) } else { None }
    }

    /// Locks as [`lock`](Self::lock) does, but waits at most for `timeout`.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if the lock was not free in that time.
    #[track_caller]
    pub fn lock_timeout(&self, timeout: Duration) -> Result<RLockGuard<'_, T>, Interrupted> {
        self.raw.acquire_timeout(timeout)?;
        Ok(self.guard())
    }

    /// Locks as [`lock`](Self::lock) does, but waits only until `limit` is reached.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    #[track_caller]
    pub fn lock_until(&self, limit: impl Into<Limit>) -> Result<RLockGuard<'_, T>, Interrupted> {
        self.raw.acquire_until(limit)?;
        Ok(self.guard())
    }

    /// How many guards this thread has.
    pub fn count(&self) -> usize {
        self.raw.count()
    }

    /// Whether a thread has a guard. The answer may be outdated when the caller gets it.
    pub fn is_locked(&self) -> bool {
        self.raw.is_locked()
    }

    /// The value, without locking: the exclusive borrow shows that no thread has a guard.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// The caller has just acquired `raw`.
    #[track_caller]
    fn guard(&self) -> RLockGuard<'_, T> {
        self.order.taken();
        RLockGuard { lock: self, _stays_in_its_thread: PhantomData }
    }
}

/// Shared access to the value of an [`RLock`]; dropping the guard releases the lock once.
#[must_use = "the lock is released at once if this is dropped"]
pub struct RLockGuard<'a, T: ?Sized> {
    lock: &'a RLock<T>,
    /// Makes the guard `!Send`: the thread that locked must unlock.
    _stays_in_its_thread: PhantomData<*const ()>,
}

// SAFETY: a shared guard only gives shared references to the value.
unsafe impl<T: ?Sized + Sync> Sync for RLockGuard<'_, T> {}

impl<T: ?Sized> Guard for RLockGuard<'_, T> {}

impl<T: ?Sized> condition::Sealed for RLockGuard<'_, T> {
    fn raw(&self) -> &RawLock {
        &self.lock.raw.lock
    }

    fn order(&self) -> &Node {
        &self.lock.order
    }

    fn release_all(&mut self) -> u64 {
        let count = self.lock.raw.own_count();
        (0..count).for_each(|_| self.lock.order.released());
        self.lock.raw.disown();
        count
    }

    fn take_back(&mut self, count: u64) {
        self.lock.raw.own(thread_key(), count);
        (0..count).for_each(|_| self.lock.order.taken());
    }
}

impl<T: ?Sized> Drop for RLockGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.order.released();
        let released = self.lock.raw.release();
        debug_assert!(released.is_ok(), "the guard holds the lock");
    }
}

impl<T: ?Sized> Deref for RLockGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.lock.value
    }
}

impl Default for RawRLock {
    fn default() -> Self {
        RawRLock::new()
    }
}

impl<T: Default> Default for RLock<T> {
    #[track_caller]
    fn default() -> Self {
        RLock::new(T::default())
    }
}

impl<T> From<T> for RLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        RLock::new(value)
    }
}

impl fmt::Debug for RawRLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRLock").field("locked", &self.is_locked()).field("count", &self.count()).finish()
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.try_lock() {
            Some(guard) => f.debug_struct("RLock").field("value", &&*guard).finish(),
            None => f.debug_struct("RLock").field("value", &format_args!("<locked>")).finish(),
        }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RLockGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
