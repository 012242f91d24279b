//! Python's `Barrier`: threads wait for each other and go on together, or the barrier breaks and all of them get an
//! error.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use ungil_threads::{Interrupted, Limit};

use crate::{Condition, Lock, LockGuard};

/// A point at which a number of threads wait for each other. When all have arrived, they go on, and the barrier can be
/// used again.
///
/// Unlike `std::sync::Barrier` it can break: when a thread reaches its limit, panics in the action, or calls
/// [`abort`](Self::abort). Then no thread waits for ever for a thread that does not arrive.
///
/// ```
/// use ungil_primitives::Barrier;
///
/// let laps = Barrier::new(3);
/// std::thread::scope(|scope| {
///     for _ in 0..3 {
///         scope.spawn(|| {
///             let turn = laps.wait().unwrap(); // no thread goes on before all three have arrived
///             if turn.is_leader() {
///                 println!("one of the three says this");
///             }
///         });
///     }
/// });
/// ```
pub struct Barrier {
    /// Immutable, at least 1.
    parties: usize,
    /// Immutable. Called without the lock.
    action: Option<Box<dyn Fn() + Send + Sync>>,
    /// Its own lock guards it.
    state: Lock<State>,
    /// Notified with the lock of `state` held, when the phase has changed.
    changed: Condition,
}

/// Guarded by the lock of [`Barrier::state`].
struct State {
    /// Changed with a notification of [`Barrier::changed`], but for `Acting`, which ends no wait.
    phase: Phase,
    /// How many threads of this round have arrived and have not left. They leave in every phase but `Filling` and
    /// `Acting`. When the last one leaves, the phase is `Filling` again, unless the barrier is broken.
    inside: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Not all threads have arrived.
    Filling,
    /// All threads have arrived, and the last one runs the action.
    Acting,
    /// All threads of the round go on.
    Open,
    /// The threads of the round get [`BarrierError::Broken`]. When they have left, the next round begins.
    Resetting,
    /// All threads get [`BarrierError::Broken`] until a thread resets the barrier.
    Broken,
}

impl Barrier {
    /// A barrier for `parties` threads; 0 counts as 1, as in std.
    pub fn new(parties: usize) -> Self {
        let state = State { phase: Phase::Filling, inside: 0 };
        Barrier { parties: parties.max(1), action: None, state: Lock::new(state), changed: Condition::new() }
    }

    /// A barrier for `parties` threads; 0 counts as 1. When all have arrived, one of them calls `action` before they go on.
    ///
    /// If `action` panics, the barrier breaks, and the panic is resumed in the thread that called `action`. `action` may
    /// call all methods of the barrier but those that wait.
    pub fn with_action(parties: usize, action: impl Fn() + Send + Sync + 'static) -> Self {
        Barrier { action: Some(Box::new(action)), ..Barrier::new(parties) }
    }

    /// Blocks until all threads have arrived.
    ///
    /// Each thread's call of `wait` happens before the return of every `wait` of the round.
    ///
    /// # Errors
    ///
    /// [`BarrierError::Broken`] if the barrier is broken, or breaks or is reset during the wait.
    pub fn wait(&self) -> Result<Turn, BarrierError> {
        self.wait_until(Limit::none())
    }

    /// Waits as [`wait`](Self::wait) does, at most for `timeout`. After that time the barrier breaks for all threads.
    ///
    /// # Errors
    ///
    /// [`BarrierError::Interrupted`] if this thread's time is over. [`BarrierError::Broken`] if the barrier is broken, or
    /// breaks or is reset during the wait.
    pub fn wait_timeout(&self, timeout: Duration) -> Result<Turn, BarrierError> {
        self.wait_until(timeout)
    }

    /// Waits as [`wait`](Self::wait) does, until `limit` is reached. Then the barrier breaks for all threads.
    ///
    /// # Errors
    ///
    /// [`BarrierError::Interrupted`] if this thread's limit was reached. [`BarrierError::Broken`] if the barrier is broken,
    /// or breaks or is reset during the wait.
    pub fn wait_until(&self, limit: impl Into<Limit>) -> Result<Turn, BarrierError> {
        let limit = limit.into();
        let mut state = self.state.lock();
        // A round begins when all threads of the last round have left.
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

    /// Breaks the barrier: waiting threads, and threads that arrive later, get [`BarrierError::Broken`] until a thread calls
    /// [`reset`](Self::reset).
    pub fn abort(&self) {
        self.change(&mut self.state.lock(), Phase::Broken);
    }

    /// Makes the barrier usable again: the next round begins empty. Waiting threads get [`BarrierError::Broken`].
    pub fn reset(&self) {
        let mut state = self.state.lock();
        let phase = if state.inside == 0 { Phase::Filling } else { Phase::Resetting };
        self.change(&mut state, phase);
    }

    /// The number of threads that a round needs.
    pub fn parties(&self) -> usize {
        self.parties
    }

    /// The number of threads that have arrived and wait for the rest of the round.
    pub fn waiting(&self) -> usize {
        let state = self.state.lock();
        if state.phase == Phase::Filling { state.inside } else { 0 }
    }

    /// Whether the barrier is broken.
    pub fn is_broken(&self) -> bool {
        self.state.lock().phase == Phase::Broken
    }

    /// Called by the last thread of the round: calls the action, and opens the barrier.
    fn act<'a>(&'a self, mut state: LockGuard<'a, State>) -> LockGuard<'a, State> {
        let Some(action) = &self.action else {
            self.change(&mut state, Phase::Open);
            return state;
        };
        state.phase = Phase::Acting;
        drop(state);
        // Without the lock: the action may use the barrier.
        let result = catch_unwind(AssertUnwindSafe(action));
        let mut state = self.state.lock();
        match result {
            Ok(()) if state.phase == Phase::Acting => self.change(&mut state, Phase::Open),
            // A thread has broken or reset the barrier meanwhile.
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

/// The result of [`Barrier::wait`]: the caller's place in the round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    pub(crate) index: usize,
}

impl Turn {
    /// The place in order of arrival: 0 for the first thread of the round.
    pub fn index(self) -> usize {
        self.index
    }

    /// True for one thread of the round.
    pub fn is_leader(self) -> bool {
        self.index == 0
    }
}

/// Why [`Barrier::wait`] has returned although not all threads had arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarrierError {
    /// A thread has reached its limit, panicked in the action, aborted or reset the barrier.
    Broken,
    /// This thread's limit was reached, and that has broken the barrier.
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
