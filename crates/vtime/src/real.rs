//! Real threads: lesson 1's, with lesson 2's locks.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use ungil_primitives::{Condition, Lock, LockGuard};
use ungil_threads::{Builder, Thread, current};

use crate::Platform;

/// Real threads and the computer's clock.
#[derive(Clone, Debug)]
pub struct Real {
    begun: Instant,
}

impl Real {
    /// A platform whose clock is 0 now.
    pub fn new() -> Self {
        Real { begun: Instant::now() }
    }
}

impl Default for Real {
    fn default() -> Self {
        Real::new()
    }
}

// SAFETY: the mutex is lesson 2's lock, which is exclusive.
unsafe impl Platform for Real {
    type Flag = AtomicBool;
    type Mutex<T: Send + 'static> = Lock<T>;
    type Guard<'a, T: Send + 'static> = LockGuard<'a, T>;
    type Condition = Condition;
    type Thread = Thread<()>;

    fn flag(&self) -> AtomicBool {
        AtomicBool::new(false)
    }

    fn mutex<T: Send + 'static>(&self, value: T) -> Lock<T> {
        Lock::new(value)
    }

    fn condition(&self) -> Condition {
        Condition::new()
    }

    fn lock<'a, T: Send + 'static>(&self, mutex: &'a Lock<T>) -> LockGuard<'a, T> {
        mutex.lock()
    }

    fn wait<T: Send + 'static>(&self, condition: &Condition, guard: &mut LockGuard<'_, T>) {
        condition.wait(guard);
    }

    fn wait_timeout<T: Send + 'static>(
        &self,
        condition: &Condition,
        guard: &mut LockGuard<'_, T>,
        timeout: Duration,
    ) -> bool {
        condition.wait_timeout(guard, timeout).is_err()
    }

    fn notify_one<T: Send + 'static>(&self, condition: &Condition, guard: &LockGuard<'_, T>) {
        condition.notify_one(guard);
    }

    fn spawn(&self, name: &str, body: impl FnOnce() + Send + 'static) -> Thread<()> {
        self.try_spawn(name, body).expect("the operating system gives another thread")
    }

    fn try_spawn(&self, name: &str, body: impl FnOnce() + Send + 'static) -> Option<Thread<()>> {
        Builder::new().name(name).spawn(body).ok()
    }

    fn join(&self, thread: Thread<()>) {
        // A panic of the thread is not the joining thread's.
        let _ = thread.join();
    }

    fn name(&self) -> String {
        current().name()
    }

    fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
