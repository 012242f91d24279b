//! A condition variable.

use std::fmt;
use std::sync::PoisonError;
use std::time::Duration;

use super::mutex::{Mutex, MutexGuard, Parts};
use crate::record::{Act, Intent, Place, Wake};
use crate::runtime::{self, Body, Id, Queue, Runtime, outside};

/// `std::sync::Condvar` without poisoning.
///
/// Inside a model a wait with a time-out may end at any time, with [`crate::Model::spurious`] one wait of
/// each thread may end spuriously, and a notification wakes the thread that has waited longest.
pub struct Condvar(Inner);

enum Inner {
    Real(std::sync::Condvar),
    Model(Id),
}

/// Whether a wait ended by its time-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// True: the time was over before a notification came.
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    /// A condition variable without waiters.
    #[track_caller]
    pub fn new() -> Self {
        Condvar(match runtime::here() {
            None => Inner::Real(std::sync::Condvar::new()),
            Some(model) => {
                Inner::Model(model.add_object("Condvar", Place::caller(), None, Body::Condvar(Queue::new())))
            }
        })
    }

    /// Releases the mutex and blocks until a notification, then takes the mutex again. May wake spuriously.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        match (&self.0, guard.take_apart()) {
            (Inner::Real(condvar), Parts::Real(guard)) => {
                MutexGuard::real(condvar.wait(guard).unwrap_or_else(PoisonError::into_inner))
            }
            (Inner::Model(id), Parts::Model { id: lock, mutex }) => {
                let place = Place::caller();
                model_wait(*id, lock, None, place);
                MutexGuard::again(lock, mutex, place)
            }
            _ => mixed(self),
        }
    }

    /// Waits while `condition` holds: the loop that a wait needs.
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        while condition(&mut *guard) {
            guard = self.wait(guard);
        }
        guard
    }

    /// Releases the mutex and blocks until a notification or until `timeout` has passed, then takes the mutex
    /// again. May wake spuriously.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> (MutexGuard<'a, T>, WaitTimeoutResult) {
        match (&self.0, guard.take_apart()) {
            (Inner::Real(condvar), Parts::Real(guard)) => {
                let (guard, result) =
                    condvar.wait_timeout(guard, timeout).unwrap_or_else(PoisonError::into_inner);
                (MutexGuard::real(guard), WaitTimeoutResult(result.timed_out()))
            }
            (Inner::Model(id), Parts::Model { id: lock, mutex }) => {
                let place = Place::caller();
                let wake = model_wait(*id, lock, Some(timeout), place);
                (MutexGuard::again(lock, mutex, place), WaitTimeoutResult(wake == Wake::TimedOut))
            }
            _ => mixed(self),
        }
    }

    /// Waits while `condition` holds, at most for `timeout` in all. It timed out if the condition still
    /// holds.
    #[track_caller]
    pub fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        timeout: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> (MutexGuard<'a, T>, WaitTimeoutResult) {
        let start = crate::time::Instant::now();
        loop {
            if !condition(&mut *guard) {
                return (guard, WaitTimeoutResult(false));
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return (guard, WaitTimeoutResult(true));
            }
            guard = self.wait_timeout(guard, left).0;
        }
    }

    /// Wakes one waiter. Without a waiter nothing happens, and the notification is not kept.
    #[track_caller]
    pub fn notify_one(&self) {
        match &self.0 {
            Inner::Real(condvar) => outside(condvar).notify_one(),
            Inner::Model(id) => {
                notify(*id, 1, "notify_one", |woken| Act::NotifyOne { woken }, Place::caller())
            }
        }
    }

    /// Wakes all threads that wait now.
    #[track_caller]
    pub fn notify_all(&self) {
        match &self.0 {
            Inner::Real(condvar) => outside(condvar).notify_all(),
            Inner::Model(id) => {
                notify(*id, usize::MAX, "notify_all", |woken| Act::NotifyAll { woken }, Place::caller());
            }
        }
    }
}

/// Waits in a model: the step that the search sees is the one where the thread begins to wait.
fn model_wait(id: Id, lock: Id, timeout: Option<Duration>, place: Place) -> Wake {
    let model = Runtime::of(id);
    let timeout = timeout.filter(|timeout| Runtime::ends(*timeout));
    let body = model.body(id);
    model.call(Some(id), Intent::Wait, place, || body.queue().point.pass());
    model.enqueue(body.queue(), timeout);
    model.log(Some(id), Act::Wait { mutex: lock.index, timed: timeout.is_some() }, place);
    model.release_within(lock);
    let wake = model.sleep(id, Intent::Wait, timeout, place);
    model.acquire(lock, Intent::Relock, place);
    model.log(Some(id), Act::Woken { mutex: lock.index, wake }, place);
    wake
}

fn notify(id: Id, at_most: usize, name: &'static str, act: impl Fn(usize) -> Act, place: Place) {
    let model = Runtime::of(id);
    let body = model.body(id);
    model.call(Some(id), Intent::Other(name), place, || body.queue().point.pass());
    let woken = model.dequeue(body.queue(), at_most);
    model.log(Some(id), act(woken.len()), place);
    model.wake_all(woken);
}

/// One of the two was made outside of the model, and here is inside, or the other way round.
#[track_caller]
fn mixed(condvar: &Condvar) -> ! {
    outside(condvar);
    panic!("a condition variable and its mutex have to be made both inside a model or both outside")
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Self {
        Condvar::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Condvar { .. }")
    }
}

const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Condvar>();
    // Its data needs to be Send only.
    shared::<Mutex<std::cell::Cell<u8>>>();
};
