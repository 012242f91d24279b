//! Python's `Barrier`: threads wait for each other, and go on together; or it breaks, and all of them are told.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use ungil_threads::{Interrupted, Limit};

use crate::{Condition, Lock, LockGuard};

/// A place where a number of threads wait for each other. When all are there, they go on, and it can be used again.
///
/// Unlike `std::sync::Barrier` it can break: when one of them gives up, panics in the action, or calls
/// [`abort`](Self::abort), nobody waits for ever for a thread that does not come.
///
/// ```
/// use ungil_primitives::Barrier;
///
/// let laps = Barrier::new(3);
/// std::thread::scope(|scope| {
///     for _ in 0..3 {
///         scope.spawn(|| {
///             let turn = laps.wait().unwrap(); // nobody goes on before all three are here
///             if turn.is_leader() {
///                 println!("one of the three says this");
///             }
///         });
///     }
/// });
/// ```
pub struct Barrier {
    parties: usize,
    action: Option<Box<dyn Fn() + Send + Sync>>,
    state: Lock<State>,
    /// Notified when the phase has changed.
    changed: Condition,
}

struct State {
    phase: Phase,
    /// How many of this round are here and have not left. They leave in every phase but `Filling` and `Acting`; when
    /// the last one has, the barrier is `Filling` again.
    inside: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Not all are here.
    Filling,
    /// All are here, and the last one runs the action.
    Acting,
    /// All go on.
    Open,
    /// Those who are here are told that it is broken; it mends itself when they have left.
    Resetting,
    /// All are told that it is broken, until somebody resets it.
    Broken,
}

impl Barrier {
    /// A barrier for `parties` threads; 0 counts as 1, as in std.
    pub fn new(parties: usize) -> Self {
        let state = State { phase: Phase::Filling, inside: 0 };
        Barrier { parties: parties.max(1), action: None, state: Lock::new(state), changed: Condition::new() }
    }

    /// As [`new`](Self::new); when all are there, one of them calls `action` before they go on.
    ///
    /// If `action` panics, the barrier breaks, and the panic goes on in the thread that called it. `action` may use
    /// the barrier, but for waiting.
    pub fn with_action(parties: usize, action: impl Fn() + Send + Sync + 'static) -> Self {
        Barrier { action: Some(Box::new(action)), ..Barrier::new(parties) }
    }

    /// Blocks until all are there.
    ///
    /// What each of them did before is visible to all of them after.
    ///
    /// # Errors
    ///
    /// [`BarrierError::Broken`] if it is broken or breaks, or is reset, meanwhile.
    pub fn wait(&self) -> Result<Turn, BarrierError> {
        self.wait_until(Limit::none())
    }

    /// As [`wait`](Self::wait), at most for `timeout`. If the time passes, the barrier breaks for all.
    ///
    /// # Errors
    ///
    /// [`BarrierError::Interrupted`] if this thread's time has passed, [`BarrierError::Broken`] if another's has.
    pub fn wait_timeout(&self, timeout: Duration) -> Result<Turn, BarrierError> {
        self.wait_until(timeout)
    }

    /// As [`wait`](Self::wait), until `limit` is reached. If it is, the barrier breaks for all.
    ///
    /// # Errors
    ///
    /// [`BarrierError::Interrupted`] if this thread's limit was reached, [`BarrierError::Broken`] if another's was.
    pub fn wait_until(&self, limit: impl Into<Limit>) -> Result<Turn, BarrierError> {
        let limit = limit.into();
        let mut state = self.state.lock();
        // The last round leaves before the next one comes in.
        let leaving = |state: &mut LockGuard<'_, State>| {
            matches!(state.phase, Phase::Acting | Phase::Open | Phase::Resetting)
        };
        if let Err(interrupted) = self.changed.wait_while_until(&mut state, limit.clone(), leaving) {
            self.change(&mut state, Phase::Broken);
            return Err(BarrierError::Interrupted(interrupted));
        }
        if state.phase == Phase::Broken {
            return Err(BarrierError::Broken);
        }
        let index = state.inside;
        state.inside += 1;
        let mut result = Ok(Turn { index });
        if state.inside == self.parties {
            state = self.act(state);
        } else {
            let early =
                |state: &mut LockGuard<'_, State>| matches!(state.phase, Phase::Filling | Phase::Acting);
            if let Err(interrupted) = self.changed.wait_while_until(&mut state, limit, early) {
                self.change(&mut state, Phase::Broken);
                result = Err(BarrierError::Interrupted(interrupted));
            }
        }
        if state.phase != Phase::Open {
            result = result.and(Err(BarrierError::Broken));
        }
        self.leave(&mut state);
        result
    }

    /// Breaks it: those who wait, and all who come, get [`BarrierError::Broken`], until somebody resets it.
    pub fn abort(&self) {
        self.change(&mut self.state.lock(), Phase::Broken);
    }

    /// Makes it as new. Those who wait get [`BarrierError::Broken`].
    pub fn reset(&self) {
        let mut state = self.state.lock();
        let phase = if state.inside == 0 { Phase::Filling } else { Phase::Resetting };
        self.change(&mut state, phase);
    }

    /// How many threads it is for.
    pub fn parties(&self) -> usize {
        self.parties
    }

    /// How many threads wait for the others now.
    pub fn waiting(&self) -> usize {
        let state = self.state.lock();
        if state.phase == Phase::Filling { state.inside } else { 0 }
    }

    /// Whether it is broken.
    pub fn is_broken(&self) -> bool {
        self.state.lock().phase == Phase::Broken
    }

    /// The last one is here: calls the action, and opens.
    fn act<'a>(&'a self, mut state: LockGuard<'a, State>) -> LockGuard<'a, State> {
        let Some(action) = &self.action else {
            self.change(&mut state, Phase::Open);
            return state;
        };
        state.phase = Phase::Acting;
        drop(state);
        // Without the lock: it may use the barrier.
        let result = catch_unwind(AssertUnwindSafe(action));
        let mut state = self.state.lock();
        match result {
            Ok(()) if state.phase == Phase::Acting => self.change(&mut state, Phase::Open),
            // Somebody has broken or reset it meanwhile.
            Ok(()) => {}
            Err(payload) => {
                self.change(&mut state, Phase::Broken);
                self.leave(&mut state);
                drop(state);
                resume_unwind(payload);
            }
        }
        state
    }

    fn change(&self, state: &mut LockGuard<'_, State>, phase: Phase) {
        state.phase = phase;
        self.changed.notify_all(state);
    }

    fn leave(&self, state: &mut LockGuard<'_, State>) {
        state.inside -= 1;
        if state.inside == 0 && matches!(state.phase, Phase::Open | Phase::Resetting) {
            self.change(state, Phase::Filling);
        }
    }
}

/// What [`Barrier::wait`] gives: which of the threads this one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    pub(crate) index: usize,
}

impl Turn {
    /// 0 for the one that came first, and so on: each thread of a round has another.
    pub fn index(self) -> usize {
        self.index
    }

    /// True for one thread of the round.
    pub fn is_leader(self) -> bool {
        self.index == 0
    }
}

/// Why [`Barrier::wait`] came back without all being there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarrierError {
    /// Somebody has given up, panicked in the action, aborted or reset the barrier.
    Broken,
    /// The limit of this thread was reached, which has broken the barrier.
    Interrupted(Interrupted),
}

impl fmt::Display for BarrierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BarrierError::Broken => f.write_str("the barrier is broken"),
            BarrierError::Interrupted(interrupted) => write!(f, "the wait at the barrier {interrupted}"),
        }
    }
}

impl std::error::Error for BarrierError {}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier")
            .field("parties", &self.parties)
            .field("waiting", &self.waiting())
            .field("broken", &self.is_broken())
            .finish()
    }
}
