//! Python's locks and threads, on the platform's. None of this touches an object, so it needs no GIL.

use std::sync::Arc;
use std::time::Duration;

use super::container::Guarded;
use super::object::Value;
use crate::Gil;
use ungil_vtime::Platform;

/// A flag that threads wait for.
pub(crate) struct Signal<P: Platform, T: Send + 'static> {
    platform: P,
    value: P::Mutex<T>,
    changed: P::Condition,
}

impl<P: Platform, T: Copy + Send + 'static> Signal<P, T> {
    fn new(platform: &P, value: T) -> Self {
        let platform = platform.clone();
        Signal { value: platform.mutex(value), changed: platform.condition(), platform }
    }

    fn get(&self) -> T {
        *self.platform.lock(&self.value)
    }

    /// Changes it if `change` says so, and wakes one that waits. Whether it did.
    fn change(&self, change: impl FnOnce(&mut T) -> bool) -> bool {
        let mut value = self.platform.lock(&self.value);
        let changed = change(&mut value);
        if changed {
            self.platform.notify_one(&self.changed, &value);
        }
        changed
    }

    /// Blocks until `ready` has come, in which it may change it; at most for `timeout`. Whether it has.
    fn wait(&self, timeout: Option<Duration>, mut ready: impl FnMut(&mut T) -> bool) -> bool {
        let end = timeout.map(|timeout| self.platform.now().saturating_add(timeout));
        let mut value = self.platform.lock(&self.value);
        while !ready(&mut value) {
            match end.map(|end| end.saturating_sub(self.platform.now())) {
                None => self.platform.wait(&self.changed, &mut value),
                Some(Duration::ZERO) => return false,
                Some(left) => {
                    self.platform.wait_timeout(&self.changed, &mut value, left);
                }
            }
        }
        true
    }
}

/// Python's `Lock`.
pub(crate) struct PyLock<G: Gil> {
    locked: Signal<G::Platform, bool>,
}

impl<G: Gil> PyLock<G> {
    pub fn new(platform: &G::Platform) -> Self {
        PyLock { locked: Signal::new(platform, false) }
    }

    pub fn is_locked(&self) -> bool {
        self.locked.get()
    }

    /// Acquires the lock if it is free.
    pub fn try_acquire(&self) -> bool {
        !std::mem::replace(&mut *self.locked.platform.lock(&self.locked.value), true)
    }

    /// Blocks. Whether it was acquired in time.
    pub fn acquire(&self, timeout: Option<Duration>) -> bool {
        self.locked.wait(timeout, |locked| !std::mem::replace(locked, true))
    }

    /// Whether it was locked.
    pub fn release(&self) -> bool {
        self.locked.change(|locked| std::mem::replace(locked, false))
    }
}

/// How far a thread is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    New,
    Running,
    Finished,
}

/// What is known of a thread.
pub(crate) struct Record<P: Platform> {
    pub name: String,
    /// Not 0.
    pub ident: u64,
    state: Signal<P, State>,
}

impl<P: Platform> Record<P> {
    pub fn new(platform: &P, name: String, ident: u64) -> Self {
        Record { name, ident, state: Signal::new(platform, State::New) }
    }

    pub fn state(&self) -> State {
        self.state.get()
    }

    /// Whether it was new.
    pub fn begin(&self) -> bool {
        self.state.change(|state| {
            let new = *state == State::New;
            if new {
                *state = State::Running;
            }
            new
        })
    }

    pub fn finish(&self) {
        self.state.change(|state| {
            *state = State::Finished;
            true
        });
    }

    /// Blocks until it is finished, at most for `timeout`.
    pub fn join(&self, timeout: Option<Duration>) {
        if self.state.wait(timeout, |state| *state == State::Finished) {
            // There may be others that wait, and each wakes the next.
            self.state.change(|_| true);
        }
    }
}

/// What a thread is to run: a function and its arguments.
pub(crate) type Target<G> = (Value<G>, Vec<Value<G>>);

/// Python's `Thread`.
pub(crate) struct PyThread<G: Gil> {
    pub record: Arc<Record<G::Platform>>,
    /// Taken by `start`.
    pub target: Guarded<G, Option<Target<G>>>,
}
