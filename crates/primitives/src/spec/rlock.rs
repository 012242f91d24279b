//! A lock that its owner may acquire again.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::time::Duration;

use interleave::sync::Condvar;
use interleave::thread::{self, ThreadId};

use super::condition::{Guard, Sealed};
use super::signal::Patience;
use super::{Condition, Lock, LockGuard};
use crate::{Interrupted, Limit, NotOwner};

/// The owner, and how often it holds the lock.
type Owner = Option<(ThreadId, usize)>;

/// See [`crate::RawRLock`].
#[derive(Default)]
pub struct RawRLock {
    owner: Lock<Owner>,
    released: Condition,
}

impl RawRLock {
    /// See [`crate::RawRLock::new`].
    #[track_caller]
    pub fn new() -> Self {
        RawRLock { owner: Lock::new(None), released: Condition::new() }
    }

    /// See [`crate::RawRLock::acquire`].
    #[track_caller]
    pub fn acquire(&self) {
        let _ = self.acquire_patiently(&Patience::endless());
    }

    /// See [`crate::RawRLock::try_acquire`].
    #[track_caller]
    pub fn try_acquire(&self) -> bool {
        self.acquire_patiently(&Duration::ZERO.into()).is_ok()
    }

    /// See [`crate::RawRLock::acquire_timeout`].
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if another thread held it all the time.
    #[track_caller]
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<(), Interrupted> {
        self.acquire_patiently(&timeout.into())
    }

    /// See [`crate::RawRLock::acquire_until`].
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    #[track_caller]
    pub fn acquire_until(&self, limit: impl Into<Limit>) -> Result<(), Interrupted> {
        self.acquire_patiently(&limit.into().into())
    }

    /// See [`crate::RawRLock::release`].
    ///
    /// # Errors
    ///
    /// [`NotOwner`] if this thread does not hold it.
    #[track_caller]
    pub fn release(&self) -> Result<(), NotOwner> {
        let mut owner = self.owner.lock();
        match mine(&owner) {
            0 => return Err(NotOwner),
            1 => drop(self.disown(&mut owner)),
            count => *owner = Some((me(), count - 1)),
        }
        Ok(())
    }

    /// See [`crate::RawRLock::count`].
    #[track_caller]
    pub fn count(&self) -> usize {
        mine(&self.owner.lock())
    }

    /// See [`crate::RawRLock::is_locked`].
    #[track_caller]
    pub fn is_locked(&self) -> bool {
        self.owner.lock().is_some()
    }

    #[track_caller]
    fn acquire_patiently(&self, patience: &Patience) -> Result<(), Interrupted> {
        let mut owner = self.owner.lock();
        let count = mine(&owner);
        if count == 0 {
            self.released.wait_while_patiently(&mut owner, patience, |owner| owner.is_some())?;
        }
        *owner = Some((me(), count + 1));
        Ok(())
    }

    /// Gives it up, however often it is held.
    #[track_caller]
    fn disown(&self, owner: &mut LockGuard<'_, Owner>) -> Owner {
        let before = owner.take();
        self.released.wake(owner, 1);
        before
    }

    /// The caller has released the lock and becomes its owner again, as `before`.
    #[track_caller]
    fn own_again(&self, owner: &mut LockGuard<'_, Owner>, before: Owner) {
        self.released.wait_while(owner, |owner| owner.is_some());
        **owner = before;
    }
}

fn me() -> ThreadId {
    thread::current().id()
}

/// How often the calling thread holds it.
fn mine(owner: &Owner) -> usize {
    owner.filter(|(owner, _)| *owner == me()).map_or(0, |(_, count)| count)
}

/// See [`crate::RLock`].
#[derive(Default)]
pub struct RLock<T: ?Sized> {
    raw: RawRLock,
    value: T,
}

// SAFETY: the value is only reached through guards, which are all in one thread at a time. It can be another
// thread each time, so the value must be Send; it is never used by two at once, so it need not be Sync.
unsafe impl<T: ?Sized + Send> Sync for RLock<T> {}

impl<T> RLock<T> {
    /// See [`crate::RLock::new`].
    #[track_caller]
    pub fn new(value: T) -> Self {
        RLock { raw: RawRLock::new(), value }
    }

    /// See [`crate::RLock::into_inner`].
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T: ?Sized> RLock<T> {
    /// See [`crate::RLock::lock`].
    #[track_caller]
    pub fn lock(&self) -> RLockGuard<'_, T> {
        self.raw.acquire();
        self.guard()
    }

    /// See [`crate::RLock::try_lock`].
    #[track_caller]
    pub fn try_lock(&self) -> Option<RLockGuard<'_, T>> {
        self.raw.try_acquire().then(|| self.guard())
    }

    /// See [`crate::RLock::lock_timeout`].
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if another thread had it all the time.
    #[track_caller]
    pub fn lock_timeout(&self, timeout: Duration) -> Result<RLockGuard<'_, T>, Interrupted> {
        self.raw.acquire_timeout(timeout).map(|()| self.guard())
    }

    /// See [`crate::RLock::lock_until`].
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    #[track_caller]
    pub fn lock_until(&self, limit: impl Into<Limit>) -> Result<RLockGuard<'_, T>, Interrupted> {
        self.raw.acquire_until(limit).map(|()| self.guard())
    }

    /// See [`crate::RLock::count`].
    #[track_caller]
    pub fn count(&self) -> usize {
        self.raw.count()
    }

    /// See [`crate::RLock::is_locked`].
    #[track_caller]
    pub fn is_locked(&self) -> bool {
        self.raw.is_locked()
    }

    /// See [`crate::RLock::get_mut`].
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// The caller has just acquired `raw`.
    fn guard(&self) -> RLockGuard<'_, T> {
        RLockGuard { lock: self, _stays_in_its_thread: PhantomData }
    }
}

/// See [`crate::RLockGuard`].
#[must_use = "the lock is released at once if this is dropped"]
pub struct RLockGuard<'a, T: ?Sized> {
    lock: &'a RLock<T>,
    /// Makes the guard `!Send`: the thread that locked must unlock.
    _stays_in_its_thread: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives shared references to the value, no more.
unsafe impl<T: ?Sized + Sync> Sync for RLockGuard<'_, T> {}

impl<T: ?Sized> Guard for RLockGuard<'_, T> {}

impl<T: ?Sized> Sealed for RLockGuard<'_, T> {
    #[track_caller]
    fn sleep(&mut self, condvar: &Condvar, still: &dyn Fn() -> bool) {
        let raw = &self.lock.raw;
        let mut owner = raw.owner.lock();
        let before = raw.disown(&mut owner);
        owner.sleep(condvar, still);
        raw.own_again(&mut owner, before);
    }

    type Before = Owner;

    #[track_caller]
    fn release_all(&mut self) -> Owner {
        let raw = &self.lock.raw;
        raw.disown(&mut raw.owner.lock())
    }

    #[track_caller]
    fn take_back(&mut self, before: Owner) {
        let raw = &self.lock.raw;
        raw.own_again(&mut raw.owner.lock(), before);
    }

    type Sleepers<'a>
        = LockGuard<'a, Owner>
    where
        Self: 'a;

    #[track_caller]
    fn sleepers(&self) -> LockGuard<'_, Owner> {
        self.lock.raw.owner.lock()
    }
}

impl<T: ?Sized> Drop for RLockGuard<'_, T> {
    fn drop(&mut self) {
        let released = self.lock.raw.release();
        debug_assert!(released.is_ok(), "the guard holds the lock");
    }
}

impl<T: ?Sized> Deref for RLockGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.lock.value
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
        f.debug_struct("RawRLock").finish_non_exhaustive()
    }
}

impl<T: ?Sized> fmt::Debug for RLock<T> {
    /// Not the value: to look would be a step of the search.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RLock").finish_non_exhaustive()
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RLockGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
