//! Where one thread waits when its wait has a limit.

use std::time::Duration;

use interleave::sync::{Arc, Condvar, Mutex};
use interleave::time::Instant;
use ungil_threads::{Interrupted, Limit, StopToken};

/// A [`Limit`] on the checker's clock.
#[derive(Clone)]
pub(super) struct Patience {
    deadline: Option<Instant>,
    stop: Option<StopToken>,
}

impl Patience {
    pub(super) fn endless() -> Self {
        Patience { deadline: None, stop: None }
    }

    pub(super) fn is_endless(&self) -> bool {
        self.deadline.is_none() && self.stop.is_none()
    }

    fn left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}

impl From<Duration> for Patience {
    fn from(timeout: Duration) -> Self {
        Patience { deadline: Instant::now().checked_add(timeout), stop: None }
    }
}

impl From<Limit> for Patience {
    fn from(limit: Limit) -> Self {
        #[cfg(ungil_model)]
        let now = Instant::now();
        #[cfg(not(ungil_model))]
        let now = std::time::Instant::now();
        let left = limit.until().map(|deadline| deadline.saturating_duration_since(now));
        let deadline = left.and_then(|left| Instant::now().checked_add(left));
        Patience { deadline, stop: limit.stop_token().cloned() }
    }
}

/// Is set once, by another thread, and ends the wait of the one that it was made for.
#[derive(Clone)]
pub(super) struct Signal(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Set,
    Stopped,
}

impl Signal {
    #[track_caller]
    pub(super) fn new() -> Self {
        Signal(Arc::new(Shared { state: Mutex::new(State::Waiting), changed: Condvar::new() }))
    }

    #[track_caller]
    pub(super) fn set(&self) {
        self.change(State::Set);
    }

    /// Blocks until it is set.
    #[track_caller]
    pub(super) fn wait(&self, patience: &Patience) -> Result<(), Interrupted> {
        let _registration = patience.stop.as_ref().map(|token| {
            let signal = self.clone();
            token.on_stop(move || signal.change(State::Stopped))
        });
        let mut state = self.0.state.lock();
        loop {
            match *state {
                State::Set => return Ok(()),
                State::Stopped => return Err(Interrupted::Stopped),
                State::Waiting => {}
            }
            state = match patience.left() {
                None => self.0.changed.wait(state),
                Some(left) if left.is_zero() => return Err(Interrupted::Timeout),
                Some(left) => self.0.changed.wait_timeout(state, left).0,
            };
        }
    }

    /// What comes first counts.
    #[track_caller]
    fn change(&self, new: State) {
        let mut state = self.0.state.lock();
        if *state == State::Waiting {
            *state = new;
            self.0.changed.notify_one();
        }
    }

    pub(super) fn is(&self, other: &Signal) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
