//! The model checker's threads: `interleave`'s types, which are real outside of a model.

use std::cell::Cell;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering;
use std::time::Duration;

use interleave::sync::atomic::AtomicBool;
use interleave::sync::{Condvar, Mutex, MutexGuard};
use interleave::thread::{self, JoinHandle};
use interleave::time::Instant;

use crate::{Flag, Platform};

/// Inside a model, the checker searches every order of the steps and every time-out; outside, the threads are real.
///
/// It uses the checker's own mutex and condition variable: a wait with a time-out is one step there, and several in
/// `ungil_primitives::spec`, which has more to promise.
///
/// Threads that poll with a time-out keep each other awake for ever: each step of one is a reason for the other to look
/// again. So where two threads wait with time-outs, bound these with [`time_outs`](Self::time_outs).
#[derive(Clone, Debug)]
pub struct Checked {
    begun: Instant,
    /// How many of a thread's waits may time out; later ones wait without a limit.
    time_outs: u32,
}

interleave::thread_local! {
    static TIMED_OUT: Cell<u32> = Cell::new(0);
}

impl Checked {
    /// Its clock begins at 0 now.
    pub fn new() -> Self {
        Checked { begun: Instant::now(), time_outs: u32::MAX }
    }

    /// At most `at_most` waits of each thread time out; later ones wait without a limit.
    ///
    /// A program that needs one more time-out deadlocks under the bound, so a program that is right under the bound also
    /// makes progress without it.
    pub fn time_outs(self, at_most: u32) -> Self {
        Checked { time_outs: at_most, ..self }
    }
}

impl Default for Checked {
    fn default() -> Self {
        Checked::new()
    }
}

/// Holds a mutex until it is dropped.
pub struct CheckedGuard<'a, T> {
    /// `None` only while it waits.
    held: Option<MutexGuard<'a, T>>,
}

impl<'a, T> CheckedGuard<'a, T> {
    /// The checker's guard, which a wait needs for itself; it comes back into `held`. Not a function that is given the
    /// wait: in a closure the checker would find that line, and not the one that waits.
    fn leave(&mut self) -> MutexGuard<'a, T> {
        let Some(held) = self.held.take() else { unreachable!("a wait begins with the mutex held") };
        held
    }
}

impl<T> Deref for CheckedGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        let Some(held) = &self.held else { unreachable!("a guard outside of a wait holds the mutex") };
        held
    }
}

impl<T> DerefMut for CheckedGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        let Some(held) = &mut self.held else { unreachable!("a guard outside of a wait holds the mutex") };
        held
    }
}

// SAFETY: the mutex is the checker's.
unsafe impl Platform for Checked {
    type Flag = AtomicBool;
    type Mutex<T: Send + 'static> = Mutex<T>;
    type Guard<'a, T: Send + 'static> = CheckedGuard<'a, T>;
    type Condition = Condvar;
    type Thread = JoinHandle<()>;

    #[track_caller]
    fn flag(&self) -> AtomicBool {
        AtomicBool::new(false)
    }

    #[track_caller]
    fn mutex<T: Send + 'static>(&self, value: T) -> Mutex<T> {
        Mutex::new(value)
    }

    #[track_caller]
    fn condition(&self) -> Condvar {
        Condvar::new()
    }

    #[track_caller]
    fn lock<'a, T: Send + 'static>(&self, mutex: &'a Mutex<T>) -> CheckedGuard<'a, T> {
        CheckedGuard { held: Some(mutex.lock()) }
    }

    #[track_caller]
    fn wait<T: Send + 'static>(&self, condition: &Condvar, guard: &mut CheckedGuard<'_, T>) {
        guard.held = Some(condition.wait(guard.leave()));
    }

    #[track_caller]
    fn wait_timeout<T: Send + 'static>(
        &self,
        condition: &Condvar,
        guard: &mut CheckedGuard<'_, T>,
        timeout: Duration,
    ) -> bool {
        let already = TIMED_OUT.with(Cell::get);
        if already >= self.time_outs {
            self.wait(condition, guard);
            return false;
        }
        let (held, result) = condition.wait_timeout(guard.leave(), timeout);
        guard.held = Some(held);
        let timed_out = result.timed_out();
        TIMED_OUT.with(|count| count.set(already.saturating_add(timed_out.into())));
        timed_out
    }

    #[track_caller]
    fn notify_one<T: Send + 'static>(&self, condition: &Condvar, _guard: &CheckedGuard<'_, T>) {
        condition.notify_one();
    }

    /// # Panics
    ///
    /// If the operating system gives no thread.
    #[track_caller]
    fn spawn(&self, name: &str, body: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
        let builder = thread::Builder::new().name(name.to_owned());
        builder.spawn(body).expect("the operating system gives another thread")
    }

    #[track_caller]
    fn join(&self, thread: JoinHandle<()>) {
        // How it ended is its own affair.
        let _ = thread.join();
    }

    fn name(&self) -> String {
        thread::current().name().unwrap_or_default().to_owned()
    }

    fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    #[track_caller]
    fn sleep(&self, time: Duration) {
        thread::sleep(time);
    }
}

impl Flag for AtomicBool {
    #[track_caller]
    fn is_up(&self, order: Ordering) -> bool {
        self.load(order)
    }

    #[track_caller]
    fn put(&self, up: bool, order: Ordering) {
        self.store(up, order);
    }
}
