//! The model checker's threads: `interleave`'s types. Outside of a model they are real.

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
/// The mutex and the condition variable are the checker's own: a wait with a time-out is one step. In
/// `ungil_primitives::spec` it is several steps, because that has to promise more.
///
/// Two threads that poll with time-outs keep each other awake for ever: after each step of one thread, the other polls
/// again. So if two threads wait with time-outs, bound these with [`time_outs`](Self::time_outs).
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
    /// A platform whose clock is 0 now.
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

/// The mutex is held until the guard is dropped.
pub struct CheckedGuard<'a, T> {
    /// `None` only during a wait.
    held: Option<MutexGuard<'a, T>>,
}

impl<'a, T> CheckedGuard<'a, T> {
    /// Takes the checker's guard for a wait, which puts it back into `held`. The wait is not a closure passed to this
    /// function: the checker would show the closure's line, and not the line that waits.
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

// SAFETY: the mutex is the checker's, which is exclusive.
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
    /// If the operating system cannot start a thread.
    #[track_caller]
    fn spawn(&self, name: &str, body: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
        let builder = thread::Builder::new().name(name.to_owned());
        builder.spawn(body).expect("the operating system gives another thread")
    }

    #[track_caller]
    fn join(&self, thread: JoinHandle<()>) {
        // A panic of the thread is not the joining thread's.
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
