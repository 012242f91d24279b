//! A condition: the checker's condition variable, and the queue that makes its wake-ups exact.

use std::collections::VecDeque;
use std::fmt;
use std::sync::PoisonError;
use std::time::Duration;

use interleave::sync::{Arc, Condvar};

use super::signal::{Patience, Signal};
use crate::{Interrupted, Limit};

/// See [`crate::Guard`].
pub trait Guard: sealed::Guard {}

pub(super) use sealed::Guard as Sealed;

mod sealed {
    use interleave::sync::Condvar;

    pub trait Guard {
        /// Releases the lock wholly and waits on `condvar` as long as `still`, then has the lock as before.
        fn sleep(&mut self, condvar: &Condvar, still: &dyn Fn() -> bool);

        /// What is needed to have the lock as before.
        type Before;

        /// Releases the lock wholly.
        fn release_all(&mut self) -> Self::Before;

        /// Has the lock as before.
        fn take_back(&mut self, before: Self::Before);

        /// See [`sleepers`](Self::sleepers).
        type Sleepers<'a>
        where
            Self: 'a;

        /// As long as it is held, nobody is between `still` and the condition variable.
        fn sleepers(&self) -> Self::Sleepers<'_>;
    }
}

/// See [`crate::Condition`].
pub struct Condition {
    /// For a single waiter. A notification without a waiter goes to it as well, so that a failing model can
    /// tell that it was lost.
    condvar: Arc<Condvar>,
    /// In order of arrival (FIFO). No step of a search: std's, and only touched with the lock held.
    waiting: std::sync::Mutex<VecDeque<Arc<Waiter>>>,
}

/// How to wake a waiter.
enum Waiter {
    /// One without a limit waits as the checker knows it.
    Endless(Arc<Condvar>),
    Limited(Signal),
}

impl Condition {
    /// See [`crate::Condition::new`].
    #[track_caller]
    pub fn new() -> Self {
        Condition { condvar: Arc::new(Condvar::new()), waiting: std::sync::Mutex::default() }
    }

    /// See [`crate::Condition::wait`].
    #[track_caller]
    pub fn wait<G: Guard>(&self, guard: &mut G) {
        let _ = self.wait_patiently(guard, &Patience::endless());
    }

    /// See [`crate::Condition::wait_timeout`].
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if no notification came in that time. The lock is held then as well.
    #[track_caller]
    pub fn wait_timeout<G: Guard>(&self, guard: &mut G, timeout: Duration) -> Result<(), Interrupted> {
        self.wait_patiently(guard, &timeout.into())
    }

    /// See [`crate::Condition::wait_until`].
    ///
    /// # Errors
    ///
    /// What of `limit` came before a notification. The lock is held then as well.
    #[track_caller]
    pub fn wait_until<G: Guard>(&self, guard: &mut G, limit: impl Into<Limit>) -> Result<(), Interrupted> {
        self.wait_patiently(guard, &limit.into().into())
    }

    /// See [`crate::Condition::wait_while`].
    #[track_caller]
    pub fn wait_while<G: Guard>(&self, guard: &mut G, condition: impl FnMut(&mut G) -> bool) {
        let _ = self.wait_while_patiently(guard, &Patience::endless(), condition);
    }

    /// See [`crate::Condition::wait_while_timeout`].
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if `condition` still held then.
    #[track_caller]
    pub fn wait_while_timeout<G: Guard>(
        &self,
        guard: &mut G,
        timeout: Duration,
        condition: impl FnMut(&mut G) -> bool,
    ) -> Result<(), Interrupted> {
        self.wait_while_patiently(guard, &timeout.into(), condition)
    }

    /// See [`crate::Condition::wait_while_until`].
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first, if `condition` still returned true then.
    #[track_caller]
    pub fn wait_while_until<G: Guard>(
        &self,
        guard: &mut G,
        limit: impl Into<Limit>,
        condition: impl FnMut(&mut G) -> bool,
    ) -> Result<(), Interrupted> {
        self.wait_while_patiently(guard, &limit.into().into(), condition)
    }

    /// See [`crate::Condition::notify_one`].
    #[track_caller]
    pub fn notify_one<G: Guard>(&self, guard: &G) -> bool {
        self.notify_n(guard, 1) == 1
    }

    /// See [`crate::Condition::notify_n`].
    #[track_caller]
    pub fn notify_n<G: Guard>(&self, guard: &G, n: usize) -> usize {
        let notified = self.wake(guard, n);
        if notified == 0 && n > 0 {
            self.condvar.notify_one();
        }
        notified
    }

    /// See [`crate::Condition::notify_all`].
    #[track_caller]
    pub fn notify_all<G: Guard>(&self, guard: &G) -> usize {
        self.notify_n(guard, usize::MAX)
    }

    /// [`notify_n`](Self::notify_n) that is no step if nobody waits: for types that are made of conditions,
    /// where that means nothing.
    #[track_caller]
    pub(super) fn wake<G: Guard>(&self, guard: &G, n: usize) -> usize {
        if self.waiting(|waiting| waiting.is_empty()) {
            return 0;
        }
        let _sleepers = guard.sleepers();
        let first: Vec<_> = self.waiting(|waiting| waiting.drain(..n.min(waiting.len())).collect());
        for waiter in &first {
            match &**waiter {
                Waiter::Endless(condvar) => condvar.notify_one(),
                Waiter::Limited(signal) => signal.set(),
            }
        }
        first.len()
    }

    #[track_caller]
    pub(super) fn wait_patiently<G: Guard>(
        &self,
        guard: &mut G,
        patience: &Patience,
    ) -> Result<(), Interrupted> {
        if !patience.is_endless() {
            let signal = Signal::new();
            let waiter = self.join(Waiter::Limited(signal.clone()));
            let before = guard.release_all();
            let result = signal.wait(patience);
            guard.take_back(before);
            // With the lock again: if a notification has come by now, the limit is void.
            return if self.leave(&waiter) { result } else { Ok(()) };
        }
        // Each waiter has its own, so that a notification wakes the waiter that it is meant for.
        let alone = self.waiting(|waiting| {
            !waiting
                .iter()
                .any(|other| matches!(&**other, Waiter::Endless(it) if Arc::ptr_eq(it, &self.condvar)))
        });
        let condvar = if alone { Arc::clone(&self.condvar) } else { Arc::new(Condvar::new()) };
        let waiter = self.join(Waiter::Endless(Arc::clone(&condvar)));
        guard.sleep(&condvar, &|| self.is_waiting(&waiter));
        Ok(())
    }

    #[track_caller]
    pub(super) fn wait_while_patiently<G: Guard>(
        &self,
        guard: &mut G,
        patience: &Patience,
        mut condition: impl FnMut(&mut G) -> bool,
    ) -> Result<(), Interrupted> {
        let mut interrupted = Ok(());
        while condition(guard) {
            // Looked at once more after the limit: it may have come together with the change.
            interrupted?;
            interrupted = self.wait_patiently(guard, patience);
        }
        Ok(())
    }

    fn waiting<R>(&self, f: impl FnOnce(&mut VecDeque<Arc<Waiter>>) -> R) -> R {
        f(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn join(&self, waiter: Waiter) -> Arc<Waiter> {
        let waiter = Arc::new(waiter);
        self.waiting(|waiting| waiting.push_back(Arc::clone(&waiter)));
        waiter
    }

    fn is_waiting(&self, waiter: &Arc<Waiter>) -> bool {
        self.waiting(|waiting| waiting.iter().any(|other| Arc::ptr_eq(other, waiter)))
    }

    /// False: it has been notified.
    fn leave(&self, waiter: &Arc<Waiter>) -> bool {
        let waited = self.is_waiting(waiter);
        self.waiting(|waiting| waiting.retain(|other| !Arc::ptr_eq(other, waiter)));
        waited
    }
}

impl Default for Condition {
    #[track_caller]
    fn default() -> Self {
        Condition::new()
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condition").field("waiting", &self.waiting(|waiting| waiting.len())).finish()
    }
}
