//! A mutex.

use std::cell::UnsafeCell;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{PoisonError, TryLockError};

use crate::record::{Act, Intent, Place};
use crate::runtime::{self, Body, Id, Lock, Runtime, outside};

/// `std::sync::Mutex` without poisoning: a panic while it is held releases it like any other way out.
///
/// Inside a model, every lock is a step of the search, and a failing model names the holder and since which
/// line.
pub struct Mutex<T>(Inner<T>);

enum Inner<T> {
    Real(std::sync::Mutex<T>),
    Model { id: Id, data: UnsafeCell<T> },
}

// SAFETY: as for std's mutex, only the holder of the lock reaches the data, so it is enough that the data may
// be sent to it. In a model, the lock is the engine's.
unsafe impl<T: Send> Sync for Mutex<T> {}

/// The right to the data of a [`Mutex`]; released when dropped.
#[must_use = "the mutex is released at once if the guard is not kept"]
pub struct MutexGuard<'a, T>(GuardInner<'a, T>);

enum GuardInner<'a, T> {
    Real(std::sync::MutexGuard<'a, T>),
    Model(ModelGuard<'a, T>),
}

/// A guard in a model, whose drop releases the mutex. The raw pointer makes it `!Send`, as std's guard is.
struct ModelGuard<'a, T> {
    id: Id,
    mutex: &'a Mutex<T>,
    data: *mut T,
    place: Place,
}

// SAFETY: a shared guard gives shared access to the data and nothing else.
unsafe impl<T: Sync> Sync for MutexGuard<'_, T> {}

impl<T> Mutex<T> {
    /// An unlocked mutex.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Mutex(match runtime::here() {
            None => Inner::Real(std::sync::Mutex::new(value)),
            Some(model) => {
                let body = Body::Mutex(Lock::new());
                let id = model.add_object("Mutex", Place::caller(), None, body);
                Inner::Model { id, data: UnsafeCell::new(value) }
            }
        })
    }

    /// Blocks until the mutex is free, and takes it. It deadlocks if the calling thread has it already.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        match &self.0 {
            Inner::Real(mutex) => {
                MutexGuard(GuardInner::Real(outside(mutex).lock().unwrap_or_else(PoisonError::into_inner)))
            }
            Inner::Model { id, data } => {
                let (model, place) = (Runtime::of(*id), Place::caller());
                model.acquire(*id, Intent::Lock, place);
                model.log(Some(*id), Act::Lock, place);
                self.guard(*id, data, place)
            }
        }
    }

    /// Takes the mutex if it is free; `None` while another guard exists.
    #[track_caller]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match &self.0 {
            Inner::Real(mutex) => match outside(mutex).try_lock() {
                Ok(guard) => Some(MutexGuard(GuardInner::Real(guard))),
                Err(TryLockError::Poisoned(poisoned)) => {
                    Some(MutexGuard(GuardInner::Real(poisoned.into_inner())))
                }
                Err(TryLockError::WouldBlock) => None,
            },
            Inner::Model { id, data } => {
                let (model, place) = (Runtime::of(*id), Place::caller());
                let taken = model.try_acquire(*id, place);
                model.log(Some(*id), Act::TryLock(taken), place);
                taken.then(|| self.guard(*id, data, place))
            }
        }
    }

    fn guard(&self, id: Id, data: &UnsafeCell<T>, place: Place) -> MutexGuard<'_, T> {
        MutexGuard(GuardInner::Model(ModelGuard { id, mutex: self, data: data.get(), place }))
    }

    /// The data, without a lock: access is exclusive.
    pub fn into_inner(self) -> T {
        match self.0 {
            Inner::Real(mutex) => mutex.into_inner().unwrap_or_else(PoisonError::into_inner),
            Inner::Model { data, .. } => data.into_inner(),
        }
    }

    /// The data, without a lock: access is exclusive.
    pub fn get_mut(&mut self) -> &mut T {
        match &mut self.0 {
            Inner::Real(mutex) => mutex.get_mut().unwrap_or_else(PoisonError::into_inner),
            Inner::Model { data, .. } => data.get_mut(),
        }
    }
}

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Self {
        Mutex::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Mutex::new(value)
    }
}

impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Real(mutex) => mutex.fmt(f),
            // To look would be a step of the search.
            Inner::Model { .. } => f.write_str("Mutex { .. }"),
        }
    }
}

impl<'a, T> MutexGuard<'a, T> {
    /// std's guard, or in a model the mutex with its number: what a condition variable needs of it.
    pub(super) fn take_apart(self) -> Parts<'a, T> {
        match self.0 {
            GuardInner::Real(guard) => Parts::Real(guard),
            GuardInner::Model(guard) => {
                let parts = Parts::Model { id: guard.id, mutex: guard.mutex };
                std::mem::forget(guard);
                parts
            }
        }
    }

    pub(super) fn real(guard: std::sync::MutexGuard<'a, T>) -> Self {
        MutexGuard(GuardInner::Real(guard))
    }

    /// The guard after a wait, which has acquired the mutex again.
    pub(super) fn again(id: Id, mutex: &'a Mutex<T>, place: Place) -> Self {
        let Inner::Model { data, .. } = &mutex.0 else {
            unreachable!("a guard of a model has its mutex there")
        };
        mutex.guard(id, data, place)
    }
}

/// See [`MutexGuard::take_apart`].
pub(super) enum Parts<'a, T> {
    Real(std::sync::MutexGuard<'a, T>),
    /// Still locked.
    Model {
        id: Id,
        mutex: &'a Mutex<T>,
    },
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match &self.0 {
            GuardInner::Real(guard) => guard,
            // SAFETY: the guard has the lock, and the data lives as long as the mutex that the guard borrows.
            GuardInner::Model(guard) => unsafe { &*guard.data },
        }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        match &mut self.0 {
            GuardInner::Real(guard) => guard,
            // SAFETY: as for `deref`; the guard is borrowed mutably, so this is the only reference.
            GuardInner::Model(guard) => unsafe { &mut *guard.data },
        }
    }
}

impl<T> Drop for ModelGuard<'_, T> {
    fn drop(&mut self) {
        // If there is no model, the guard has outlived it, and there is nothing to release.
        if runtime::here().is_some() {
            Runtime::of(self.id).unlock(self.id, self.place);
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
