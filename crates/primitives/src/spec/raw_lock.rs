//! A lock without an owner.

use std::fmt;
use std::time::Duration;

use super::signal::Patience;
use super::{Condition, Lock};
use crate::{Interrupted, Limit, NotLocked};

/// See [`crate::RawLock`].
#[derive(Default)]
pub struct RawLock {
    held: Lock<bool>,
    released: Condition,
}

impl RawLock {
    /// See [`crate::RawLock::new`].
    #[track_caller]
    pub fn new() -> Self {
        RawLock { held: Lock::new(false), released: Condition::new() }
    }

    /// See [`crate::RawLock::acquire`].
    #[track_caller]
    pub fn acquire(&self) {
        let _ = self.acquire_patiently(&Patience::endless());
    }

    /// See [`crate::RawLock::try_acquire`].
    #[track_caller]
    pub fn try_acquire(&self) -> bool {
        !std::mem::replace(&mut *self.held.lock(), true)
    }

    /// See [`crate::RawLock::acquire_timeout`].
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if somebody held it all the time.
    #[track_caller]
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<(), Interrupted> {
        self.acquire_patiently(&timeout.into())
    }

    /// See [`crate::RawLock::acquire_until`].
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    #[track_caller]
    pub fn acquire_until(&self, limit: impl Into<Limit>) -> Result<(), Interrupted> {
        self.acquire_patiently(&limit.into().into())
    }

    /// See [`crate::RawLock::release`].
    ///
    /// # Errors
    ///
    /// [`NotLocked`] if nobody holds it.
    #[track_caller]
    pub fn release(&self) -> Result<(), NotLocked> {
        let mut held = self.held.lock();
        if !std::mem::replace(&mut *held, false) {
            return Err(NotLocked);
        }
        self.released.wake(&held, 1);
        Ok(())
    }

    /// See [`crate::RawLock::is_locked`].
    #[track_caller]
    pub fn is_locked(&self) -> bool {
        *self.held.lock()
    }

    #[track_caller]
    fn acquire_patiently(&self, patience: &Patience) -> Result<(), Interrupted> {
        let mut held = self.held.lock();
        self.released.wait_while_patiently(&mut held, patience, |held| **held)?;
        *held = true;
        Ok(())
    }
}

impl fmt::Debug for RawLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawLock").finish_non_exhaustive()
    }
}
