//! Python's locks and threads, made of the platform's. They touch no object, so they need no GIL.

use std::sync::Arc;
use std::time::Duration;

use super::container::Guarded;
use super::object::Value;
use crate::Gil;
use ungil_vtime::Platform;

/// A value, and threads that wait until it changes.
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

    /// Calls `change`, which returns whether it has changed the value; if so, wakes one waiter. Returns the same.
    fn change(&self, change: impl FnOnce(&mut T) -> bool) -> bool {
        let mut value = self.platform.lock(&self.value);
        let changed = change(&mut value);
        if changed {
            self.platform.notify_one(&self.changed, &value);
        }
        changed
    }

    /// Blocks until `ready`, which may change the value, returns true; at most for `timeout`. Returns false if the time
    /// was over first.
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

    /// Blocks until the lock is acquired, at most for `timeout`. Returns false if the time was over first.
    pub fn acquire(&self, timeout: Option<Duration>) -> bool {
        self.locked.wait(timeout, |locked| !std::mem::replace(locked, true))
    }

    /// Returns whether it was locked.
    pub fn release(&self) -> bool {
        self.locked.change(|locked| std::mem::replace(locked, false))
    }
}

/// How far a thread has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ThreadHandleState {
    New,
    Running,
    Finished,
}

/// A thread's name and state, for the threads that join it. CPython: `_thread._ThreadHandle`.
pub(crate) struct ThreadHandle<P: Platform> {
    pub name: String,
    /// Not 0.
    pub ident: u64,
    state: Signal<P, ThreadHandleState>,
}

impl<P: Platform> ThreadHandle<P> {
    pub fn new(platform: &P, name: String, ident: u64) -> Self {
        ThreadHandle { name, ident, state: Signal::new(platform, ThreadHandleState::New) }
    }

    pub fn state(&self) -> ThreadHandleState {
        self.state.get()
    }

    /// Marks the thread as running. Returns false if it was begun before.
    pub fn begin(&self) -> bool {
        self.state.change(|state| {
            let new = *state == ThreadHandleState::New;
            if new {
                *state = ThreadHandleState::Running;
            }
            new
        })
    }

    pub fn finish(&self) {
        self.state.change(|state| {
            *state = ThreadHandleState::Finished;
            true
        });
    }

    /// Blocks until the thread has finished, at most for `timeout`.
    pub fn join(&self, timeout: Option<Duration>) {
        if self.state.wait(timeout, |state| *state == ThreadHandleState::Finished) {
            // Wakes the next joining thread, which wakes the one after.
            self.state.change(|_| true);
        }
    }
}

/// What a thread is to run: a function and its arguments.
pub(crate) type Target<G> = (Value<G>, Vec<Value<G>>);

/// Python's `Thread`.
pub(crate) struct PyThread<G: Gil> {
    pub handle: Arc<ThreadHandle<G::Platform>>,
    /// The thread's `start` takes the target.
    pub target: Guarded<G, Option<Target<G>>>,
}
