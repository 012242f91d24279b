//! A number of permits.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use super::signal::Patience;
use super::{Condition, Lock};
use crate::{Interrupted, Limit, TooManyPermits};

/// See [`crate::Semaphore`].
pub struct Semaphore {
    state: Lock<State>,
    changed: Condition,
}

struct State {
    permits: u32,
    /// The waiters, by number, in order of arrival (FIFO).
    line: VecDeque<u64>,
    next: u64,
}

impl Semaphore {
    /// See [`crate::Semaphore::new`].
    #[track_caller]
    pub fn new(permits: u32) -> Self {
        let state = State { permits, line: VecDeque::new(), next: 0 };
        Semaphore { state: Lock::new(state), changed: Condition::new() }
    }

    /// See [`crate::Semaphore::acquire`].
    #[track_caller]
    pub fn acquire(&self) -> Permit<'_> {
        self.acquire_many(1)
    }

    /// See [`crate::Semaphore::acquire_many`].
    #[track_caller]
    pub fn acquire_many(&self, count: u32) -> Permit<'_> {
        let _ = self.take(count, &Patience::endless());
        Permit { semaphore: self, forgotten: None, count }
    }

    /// See [`crate::Semaphore::try_acquire`].
    #[track_caller]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.try_acquire_many(1)
    }

    /// See [`crate::Semaphore::try_acquire_many`].
    #[track_caller]
    pub fn try_acquire_many(&self, count: u32) -> Option<Permit<'_>> {
        let mut state = self.state.lock();
        state.permits = state.permits.checked_sub(count)?;
        Some(Permit { semaphore: self, forgotten: None, count })
    }

    /// See [`crate::Semaphore::acquire_timeout`].
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if there was none in that time.
    #[track_caller]
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<Permit<'_>, Interrupted> {
        self.take(1, &timeout.into()).map(|()| Permit { semaphore: self, forgotten: None, count: 1 })
    }

    /// See [`crate::Semaphore::acquire_until`].
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    #[track_caller]
    pub fn acquire_until(&self, limit: impl Into<Limit>) -> Result<Permit<'_>, Interrupted> {
        self.acquire_many_until(1, limit)
    }

    /// See [`crate::Semaphore::acquire_many_until`].
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first; no permit is taken then.
    #[track_caller]
    pub fn acquire_many_until(&self, count: u32, limit: impl Into<Limit>) -> Result<Permit<'_>, Interrupted> {
        self.take(count, &limit.into().into()).map(|()| Permit { semaphore: self, forgotten: None, count })
    }

    /// See [`crate::Semaphore::release`].
    ///
    /// # Errors
    ///
    /// [`TooManyPermits`] if there were more than `u32::MAX` of them; then it has given none.
    #[track_caller]
    pub fn release(&self, count: u32) -> Result<(), TooManyPermits> {
        let mut state = self.state.lock();
        state.permits = state.permits.checked_add(count).ok_or(TooManyPermits)?;
        self.changed.wake(&state, usize::MAX);
        Ok(())
    }

    /// See [`crate::Semaphore::available`].
    #[track_caller]
    pub fn available(&self) -> u32 {
        self.state.lock().permits
    }

    #[track_caller]
    fn take(&self, count: u32, patience: &Patience) -> Result<(), Interrupted> {
        let mut state = self.state.lock();
        if state.permits < count {
            let me = state.next;
            state.next += 1;
            state.line.push_back(me);
            let result = self.changed.wait_while_patiently(&mut state, patience, |state| {
                state.permits < count || state.line.front() != Some(&me)
            });
            state.line.retain(|number| *number != me);
            // There may be enough for the next.
            self.changed.wake(&state, usize::MAX);
            result?;
        }
        state.permits -= count;
        Ok(())
    }
}

/// See [`crate::Permit`].
#[must_use = "the permits are given back at once if this is dropped"]
#[derive(Debug)]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
    /// Of a [`BoundedSemaphore`]: counts its forgotten permits.
    forgotten: Option<&'a Lock<u32>>,
    count: u32,
}

impl Permit<'_> {
    /// See [`crate::Permit::forget`].
    #[track_caller]
    pub fn forget(mut self) {
        if let Some(forgotten) = self.forgotten {
            *forgotten.lock() += self.count;
        }
        self.count = 0;
    }

    /// See [`crate::Permit::count`].
    pub fn count(&self) -> u32 {
        self.count
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.count > 0 {
            // It fails if others have released what they did not have, and there is no room for these.
            let _ = self.semaphore.release(self.count);
        }
    }
}

/// See [`crate::BoundedSemaphore`].
pub struct BoundedSemaphore {
    semaphore: Semaphore,
    forgotten: Lock<u32>,
}

impl BoundedSemaphore {
    /// See [`crate::BoundedSemaphore::new`].
    #[track_caller]
    pub fn new(permits: u32) -> Self {
        BoundedSemaphore { semaphore: Semaphore::new(permits), forgotten: Lock::new(0) }
    }

    /// See [`crate::BoundedSemaphore::acquire`].
    #[track_caller]
    pub fn acquire(&self) -> Permit<'_> {
        self.bounded(self.semaphore.acquire())
    }

    /// See [`crate::BoundedSemaphore::acquire_many`].
    #[track_caller]
    pub fn acquire_many(&self, count: u32) -> Permit<'_> {
        self.bounded(self.semaphore.acquire_many(count))
    }

    /// See [`crate::BoundedSemaphore::try_acquire`].
    #[track_caller]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.semaphore.try_acquire().map(|permit| self.bounded(permit))
    }

    /// See [`crate::BoundedSemaphore::try_acquire_many`].
    #[track_caller]
    pub fn try_acquire_many(&self, count: u32) -> Option<Permit<'_>> {
        self.semaphore.try_acquire_many(count).map(|permit| self.bounded(permit))
    }

    /// See [`crate::BoundedSemaphore::acquire_timeout`].
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if there was none in that time.
    #[track_caller]
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<Permit<'_>, Interrupted> {
        self.semaphore.acquire_timeout(timeout).map(|permit| self.bounded(permit))
    }

    /// See [`crate::BoundedSemaphore::acquire_until`].
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    #[track_caller]
    pub fn acquire_until(&self, limit: impl Into<Limit>) -> Result<Permit<'_>, Interrupted> {
        self.semaphore.acquire_until(limit).map(|permit| self.bounded(permit))
    }

    /// See [`crate::BoundedSemaphore::acquire_many_until`].
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first; no permit is taken then.
    #[track_caller]
    pub fn acquire_many_until(&self, count: u32, limit: impl Into<Limit>) -> Result<Permit<'_>, Interrupted> {
        self.semaphore.acquire_many_until(count, limit).map(|permit| self.bounded(permit))
    }

    /// See [`crate::BoundedSemaphore::release`].
    ///
    /// # Errors
    ///
    /// [`TooManyPermits`] if fewer were forgotten and not released yet; no permit is added.
    #[track_caller]
    pub fn release(&self, count: u32) -> Result<(), TooManyPermits> {
        let mut forgotten = self.forgotten.lock();
        *forgotten = forgotten.checked_sub(count).ok_or(TooManyPermits)?;
        self.semaphore.release(count)
    }

    fn bounded<'a>(&'a self, permit: Permit<'a>) -> Permit<'a> {
        let permit = std::mem::ManuallyDrop::new(permit);
        Permit { semaphore: permit.semaphore, forgotten: Some(&self.forgotten), count: permit.count }
    }

    /// See [`crate::BoundedSemaphore::available`].
    #[track_caller]
    pub fn available(&self) -> u32 {
        self.semaphore.available()
    }
}

/// One permit.
impl Default for Semaphore {
    #[track_caller]
    fn default() -> Self {
        Semaphore::new(1)
    }
}

/// One permit.
impl Default for BoundedSemaphore {
    #[track_caller]
    fn default() -> Self {
        BoundedSemaphore::new(1)
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore").finish_non_exhaustive()
    }
}

impl fmt::Debug for BoundedSemaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundedSemaphore").finish_non_exhaustive()
    }
}
