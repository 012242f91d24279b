//! A place where threads wait for each other.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::OnceLock;
use std::time::Duration;

use interleave::sync::Arc;

use super::signal::Patience;
use super::{Condition, Lock, LockGuard};
use crate::{BarrierError, Limit, Turn};

/// See [`crate::Barrier`].
pub struct Barrier {
    parties: usize,
    action: Option<Box<dyn Fn() + Send + Sync>>,
    state: Lock<State>,
    /// Notified when a round has ended.
    ended: Condition,
}

struct State {
    round: Arc<Round>,
    /// How many are in the round.
    inside: usize,
    broken: bool,
}

/// How a round has ended: its threads look at it after the next one has begun. Only touched with the lock
/// held.
type Round = OnceLock<Result<(), BarrierError>>;

impl Barrier {
    /// See [`crate::Barrier::new`].
    #[track_caller]
    pub fn new(parties: usize) -> Self {
        let state = State { round: Arc::default(), inside: 0, broken: false };
        Barrier { parties: parties.max(1), action: None, state: Lock::new(state), ended: Condition::new() }
    }

    /// See [`crate::Barrier::with_action`].
    #[track_caller]
    pub fn with_action(parties: usize, action: impl Fn() + Send + Sync + 'static) -> Self {
        Barrier { action: Some(Box::new(action)), ..Barrier::new(parties) }
    }

    /// See [`crate::Barrier::wait`].
    ///
    /// # Errors
    ///
    /// [`BarrierError::Broken`] if it is broken or breaks, or is reset, meanwhile.
    #[track_caller]
    pub fn wait(&self) -> Result<Turn, BarrierError> {
        self.wait_patiently(&Patience::endless())
    }

    /// See [`crate::Barrier::wait_timeout`].
    ///
    /// # Errors
    ///
    /// [`BarrierError::Interrupted`] if this thread's time has passed, [`BarrierError::Broken`] if another's has.
    #[track_caller]
    pub fn wait_timeout(&self, timeout: Duration) -> Result<Turn, BarrierError> {
        self.wait_patiently(&timeout.into())
    }

    /// See [`crate::Barrier::wait_until`].
    ///
    /// # Errors
    ///
    /// [`BarrierError::Interrupted`] if this thread's limit was reached, [`BarrierError::Broken`] if another's was.
    #[track_caller]
    pub fn wait_until(&self, limit: impl Into<Limit>) -> Result<Turn, BarrierError> {
        self.wait_patiently(&limit.into().into())
    }

    /// See [`crate::Barrier::abort`].
    #[track_caller]
    pub fn abort(&self) {
        self.break_it(&mut self.state.lock());
    }

    /// See [`crate::Barrier::reset`].
    #[track_caller]
    pub fn reset(&self) {
        let mut state = self.state.lock();
        state.broken = false;
        self.end_round(&mut state, Err(BarrierError::Broken));
    }

    /// See [`crate::Barrier::parties`].
    pub fn parties(&self) -> usize {
        self.parties
    }

    /// See [`crate::Barrier::waiting`].
    #[track_caller]
    pub fn waiting(&self) -> usize {
        self.state.lock().inside % self.parties
    }

    /// See [`crate::Barrier::is_broken`].
    #[track_caller]
    pub fn is_broken(&self) -> bool {
        self.state.lock().broken
    }

    #[track_caller]
    fn wait_patiently(&self, patience: &Patience) -> Result<Turn, BarrierError> {
        let mut state = self.state.lock();
        // Not while the last round's action runs.
        let full = |state: &mut LockGuard<'_, State>| state.inside == self.parties;
        let room = self.ended.wait_while_patiently(&mut state, patience, full);
        if let Err(interrupted) = room {
            self.break_it(&mut state);
            return Err(BarrierError::Interrupted(interrupted));
        }
        if state.broken {
            return Err(BarrierError::Broken);
        }
        let (round, turn) = (Arc::clone(&state.round), Turn { index: state.inside });
        state.inside += 1;
        if state.inside == self.parties {
            state = self.act(state, &round);
            if round.get().is_none() {
                self.end_round(&mut state, Ok(()));
            }
        } else {
            let goes_on = |_: &mut LockGuard<'_, State>| round.get().is_none();
            if let Err(interrupted) = self.ended.wait_while_patiently(&mut state, patience, goes_on) {
                self.break_it(&mut state);
                return Err(BarrierError::Interrupted(interrupted));
            }
        }
        round.get().copied().unwrap_or(Err(BarrierError::Broken)).map(|()| turn)
    }

    /// All are here: calls the action, without the lock.
    #[track_caller]
    fn act<'a>(&'a self, state: LockGuard<'a, State>, round: &Round) -> LockGuard<'a, State> {
        let Some(action) = &self.action else { return state };
        drop(state);
        let result = catch_unwind(AssertUnwindSafe(action));
        let mut state = self.state.lock();
        if let Err(payload) = result {
            if round.get().is_none() {
                self.break_it(&mut state);
            }
            drop(state);
            resume_unwind(payload);
        }
        state
    }

    #[track_caller]
    fn break_it(&self, state: &mut LockGuard<'_, State>) {
        state.broken = true;
        self.end_round(state, Err(BarrierError::Broken));
    }

    /// The next one begins.
    #[track_caller]
    fn end_round(&self, state: &mut LockGuard<'_, State>, how: Result<(), BarrierError>) {
        let _ = std::mem::take(&mut state.round).set(how);
        state.inside = 0;
        self.ended.wake(state, usize::MAX);
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier").field("parties", &self.parties).finish_non_exhaustive()
    }
}
