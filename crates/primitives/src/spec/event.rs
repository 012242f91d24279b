//! A flag that threads wait for.

use std::fmt;
use std::time::Duration;

use super::signal::Patience;
use super::{Condition, Lock};
use crate::{Interrupted, Limit};

/// See [`crate::Event`].
#[derive(Default)]
pub struct Event {
    is_set: Lock<bool>,
    set: Condition,
}

impl Event {
    /// See [`crate::Event::new`].
    #[track_caller]
    pub fn new() -> Self {
        Event { is_set: Lock::new(false), set: Condition::new() }
    }

    /// See [`crate::Event::is_set`].
    #[track_caller]
    pub fn is_set(&self) -> bool {
        *self.is_set.lock()
    }

    /// See [`crate::Event::set`].
    #[track_caller]
    pub fn set(&self) {
        let mut is_set = self.is_set.lock();
        *is_set = true;
        self.set.wake(&is_set, usize::MAX);
    }

    /// See [`crate::Event::clear`].
    #[track_caller]
    pub fn clear(&self) {
        *self.is_set.lock() = false;
    }

    /// See [`crate::Event::wait`].
    #[track_caller]
    pub fn wait(&self) {
        let _ = self.wait_patiently(&Patience::endless());
    }

    /// See [`crate::Event::wait_timeout`].
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if it was not set in that time.
    #[track_caller]
    pub fn wait_timeout(&self, timeout: Duration) -> Result<(), Interrupted> {
        self.wait_patiently(&timeout.into())
    }

    /// See [`crate::Event::wait_until`].
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    #[track_caller]
    pub fn wait_until(&self, limit: impl Into<Limit>) -> Result<(), Interrupted> {
        self.wait_patiently(&limit.into().into())
    }

    #[track_caller]
    fn wait_patiently(&self, patience: &Patience) -> Result<(), Interrupted> {
        let mut is_set = self.is_set.lock();
        // Once and in no loop: a notified waiter goes on, even if the event was cleared since.
        if *is_set { Ok(()) } else { self.set.wait_patiently(&mut is_set, patience) }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").finish_non_exhaustive()
    }
}
