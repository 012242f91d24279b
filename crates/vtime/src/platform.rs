//! Locks, conditions, threads and time, as a trait.

use std::ops::DerefMut;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Locks, conditions, threads and time.
///
/// # Safety
///
/// A mutex has at most one guard at a time, not counting guards inside [`wait`](Self::wait). Each guard gives access to
/// the value that the mutex was made with. The end of a guard happens before the beginning of the next. Locks that are
/// built on a platform rely on this to be exclusive. Apart from that, a platform's functions and destructors may do
/// anything, and may panic.
pub unsafe trait Platform: Clone + Send + Sync + 'static {
    /// A flag that threads read and write without a lock.
    type Flag: Flag;
    /// A value and its lock.
    type Mutex<T: Send + 'static>: Send + Sync + 'static;
    /// The mutex is held until the guard is dropped.
    type Guard<'a, T: Send + 'static>: DerefMut<Target = T>;
    /// A condition variable. All its waits and notifications use guards of one mutex.
    type Condition: Send + Sync + 'static;
    /// A thread that can be joined.
    type Thread: Send;

    /// A new flag, which is down.
    #[track_caller]
    fn flag(&self) -> Self::Flag;

    /// A mutex around `value`.
    #[track_caller]
    fn mutex<T: Send + 'static>(&self, value: T) -> Self::Mutex<T>;

    /// A condition without waiters.
    #[track_caller]
    fn condition(&self) -> Self::Condition;

    /// Blocks until the mutex is free, and acquires it.
    #[track_caller]
    fn lock<'a, T: Send + 'static>(&self, mutex: &'a Self::Mutex<T>) -> Self::Guard<'a, T>;

    /// Releases the mutex, blocks until a notification, and acquires the mutex again. May wake spuriously.
    #[track_caller]
    fn wait<T: Send + 'static>(&self, condition: &Self::Condition, guard: &mut Self::Guard<'_, T>);

    /// Releases the mutex, blocks until a notification or for at most `timeout`, and acquires the mutex again. May wake
    /// spuriously. Returns whether the wait timed out.
    #[track_caller]
    fn wait_timeout<T: Send + 'static>(
        &self,
        condition: &Self::Condition,
        guard: &mut Self::Guard<'_, T>,
        timeout: Duration,
    ) -> bool;

    /// Wakes one waiter, if there is any.
    #[track_caller]
    fn notify_one<T: Send + 'static>(&self, condition: &Self::Condition, guard: &Self::Guard<'_, T>);

    /// Begins a thread.
    ///
    /// # Panics
    ///
    /// If the platform cannot begin another thread.
    #[track_caller]
    fn spawn(&self, name: &str, body: impl FnOnce() + Send + 'static) -> Self::Thread;

    /// Begins a thread. Returns `None` and drops `body` if the platform cannot begin another thread.
    #[track_caller]
    fn try_spawn(&self, name: &str, body: impl FnOnce() + Send + 'static) -> Option<Self::Thread> {
        Some(self.spawn(name, body))
    }

    /// Blocks until a thread has ended.
    #[track_caller]
    fn join(&self, thread: Self::Thread);

    /// The name of the calling thread, given at [`spawn`](Self::spawn); `main` for the first thread.
    fn name(&self) -> String;

    /// The time since this platform was made.
    fn now(&self) -> Duration;

    /// Blocks for `time`, and uses no CPU.
    #[track_caller]
    fn sleep(&self, time: Duration);

    /// The calling thread has executed this many instructions since the last call. Virtual time passes by it; other
    /// platforms do nothing.
    #[inline]
    fn executed(&self, _instructions: u32) {}
}

/// A flag that threads read and write without a lock.
pub trait Flag: Send + Sync + 'static {
    /// Whether the flag is up.
    #[track_caller]
    fn is_up(&self, order: Ordering) -> bool;

    /// Raises the flag, or lowers it.
    #[track_caller]
    fn put(&self, up: bool, order: Ordering);
}

impl Flag for AtomicBool {
    #[inline]
    fn is_up(&self, order: Ordering) -> bool {
        self.load(order)
    }

    #[inline]
    fn put(&self, up: bool, order: Ordering) {
        self.store(up, order);
    }
}
