//! A lock around a value: the checker's mutex, which pictures show with its holder. The lock adds waits with a limit, which
//! the checker's mutex does not have.

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;
use std::time::Duration;

use interleave::sync::{Condvar, Mutex, MutexGuard};
use interleave::thread;

use super::condition::{Guard, Sealed};
use super::signal::{Patience, Signal};
use crate::{Interrupted, Limit};

/// See [`crate::Lock`].
#[derive(Default)]
pub struct Lock<T: ?Sized> {
    mutex: Mutex<()>,
    /// A mutex of std, so locking it is no step of the search.
    limited: std::sync::Mutex<Limited>,
    value: UnsafeCell<T>,
}

/// The state of the waiters with a limit.
#[derive(Default)]
struct Limited {
    /// The waiters: a release of the mutex tells all of them.
    waiting: Vec<Signal>,
    /// The holder is about to wait on a condition, which releases the mutex and tells nobody; or has just
    /// done so.
    releases_silently: bool,
}

// SAFETY: all that is done with the value goes through the guard, of which there is one at a time, in any
// thread.
unsafe impl<T: ?Sized + Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    /// See [`crate::Lock::new`].
    #[track_caller]
    pub fn new(value: T) -> Self {
        Lock { mutex: Mutex::new(()), limited: std::sync::Mutex::default(), value: UnsafeCell::new(value) }
    }

    /// See [`crate::Lock::into_inner`].
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Lock<T> {
    /// See [`crate::Lock::lock`].
    #[track_caller]
    pub fn lock(&self) -> LockGuard<'_, T> {
        self.guard(self.mutex.lock())
    }

    /// See [`crate::Lock::try_lock`].
    #[track_caller]
    pub fn try_lock(&self) -> Option<LockGuard<'_, T>> {
        self.mutex.try_lock().map(|held| self.guard(held))
    }

    /// See [`crate::Lock::lock_timeout`].
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if others had it all the time.
    #[track_caller]
    pub fn lock_timeout(&self, timeout: Duration) -> Result<LockGuard<'_, T>, Interrupted> {
        self.lock_patiently(&timeout.into())
    }

    /// See [`crate::Lock::lock_until`].
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    #[track_caller]
    pub fn lock_until(&self, limit: impl Into<Limit>) -> Result<LockGuard<'_, T>, Interrupted> {
        self.lock_patiently(&limit.into().into())
    }

    /// See [`crate::Lock::is_locked`].
    #[track_caller]
    pub fn is_locked(&self) -> bool {
        self.try_lock().is_none()
    }

    /// See [`crate::Lock::get_mut`].
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    #[track_caller]
    fn lock_patiently(&self, patience: &Patience) -> Result<LockGuard<'_, T>, Interrupted> {
        if patience.is_endless() {
            return Ok(self.lock());
        }
        loop {
            // First the signal, then the look: a release after the look sees the signal.
            let signal = Signal::new();
            self.limited(|limited| limited.waiting.push(signal.clone()));
            let guard = self.try_lock();
            let result = if let Some(guard) = guard {
                Some(Ok(guard))
            } else if self.limited(|limited| limited.releases_silently) {
                thread::yield_now();
                None
            } else if let Err(interrupted) = signal.wait(patience) {
                // Looked at once more after the limit.
                Some(self.try_lock().ok_or(interrupted))
            } else {
                None
            };
            self.limited(|limited| limited.waiting.retain(|waiting| !waiting.is(&signal)));
            if let Some(result) = result {
                return result;
            }
        }
    }

    /// The caller has just acquired the mutex.
    fn guard<'a>(&'a self, held: MutexGuard<'a, ()>) -> LockGuard<'a, T> {
        self.limited(|limited| limited.releases_silently = false);
        LockGuard { lock: self, held: Some(held), _stays_in_its_thread: PhantomData }
    }

    /// Short, and without a step of the search: nobody ever waits here inside of a model.
    fn limited<R>(&self, f: impl FnOnce(&mut Limited) -> R) -> R {
        f(&mut self.limited.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells the waiters with a limit that the lock was released, or soon will be.
    #[track_caller]
    fn tell(&self) {
        let waiting = self.limited(|limited| std::mem::take(&mut limited.waiting));
        for signal in waiting {
            signal.set();
        }
    }
}

/// See [`crate::LockGuard`].
#[must_use = "the lock is released at once if this is dropped"]
pub struct LockGuard<'a, T: ?Sized> {
    lock: &'a Lock<T>,
    /// `None` only while it waits on a condition.
    held: Option<MutexGuard<'a, ()>>,
    /// Makes the guard `!Send`: the thread that locked must unlock.
    _stays_in_its_thread: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives shared references to the value, no more.
unsafe impl<T: ?Sized + Sync> Sync for LockGuard<'_, T> {}

impl<T: ?Sized> Guard for LockGuard<'_, T> {}

impl<T: ?Sized> Sealed for LockGuard<'_, T> {
    #[track_caller]
    fn sleep(&mut self, condvar: &Condvar, still: &dyn Fn() -> bool) {
        while still() {
            self.lock.limited(|limited| limited.releases_silently = true);
            self.lock.tell();
            let Some(held) = self.held.take() else { unreachable!("the guard holds the lock") };
            *self = self.lock.guard(condvar.wait(held));
        }
    }

    type Before = ();

    #[track_caller]
    fn release_all(&mut self) {
        self.held = None;
        self.lock.tell();
    }

    #[track_caller]
    fn take_back(&mut self, (): ()) {
        *self = self.lock.lock();
    }

    type Sleepers<'a>
        = ()
    where
        Self: 'a;

    /// A waiter holds this very lock until it sleeps.
    fn sleepers(&self) {}
}

impl<T: ?Sized> Drop for LockGuard<'_, T> {
    fn drop(&mut self) {
        if self.held.take().is_some() {
            self.lock.tell();
        }
    }
}

impl<T: ?Sized> Deref for LockGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one, and it is borrowed shared.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T: ?Sized> DerefMut for LockGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one, and it is borrowed for us alone.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> From<T> for Lock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Lock::new(value)
    }
}

impl<T: ?Sized> fmt::Debug for Lock<T> {
    /// Not the value: to look would be a step of the search.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lock").finish_non_exhaustive()
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
