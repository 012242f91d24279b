//! std's types, without poisoning, and the kernel's futex.

pub use std::hint;
pub use std::sync::{Arc, MutexGuard, OnceLock, Weak, atomic};
pub use std::thread;
pub use std::thread_local;
pub use std::time::Instant;
pub use ungil_futex as futex;

use std::cell::Cell;
use std::sync::{PoisonError, TryLockError};

use crate::Counter;

/// Defines a `const fn`; in a build for models a plain `fn`, as a model makes its objects while it runs.
#[macro_export]
macro_rules! const_fn {
    ($(#[$attribute:meta])* $visible:vis fn $($rest:tt)*) => {
        $(#[$attribute])* $visible const fn $($rest)*
    };
}

/// A value for a `static`, behind a lock: one for the process, or one for each execution of a model.
pub struct Global<T: 'static> {
    init: fn() -> T,
    value: OnceLock<Mutex<T>>,
}

impl<T> Global<T> {
    /// A value that `init` makes at its first use.
    pub const fn new(init: fn() -> T) -> Self {
        Global { init, value: OnceLock::new() }
    }

    /// Calls `f` under the lock: keep it short, and let no code of the user's run or be dropped in it.
    pub fn with<R>(&'static self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.value.get_or_init(|| Mutex::new((self.init)())).lock())
    }
}

/// `std::sync::Mutex` without poisoning.
#[derive(Debug, Default)]
pub struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    /// An unlocked mutex.
    pub const fn new(value: T) -> Self {
        Mutex(std::sync::Mutex::new(value))
    }

    /// Blocks until no other thread holds the mutex.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` while a thread holds the mutex.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.0.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `std::sync::Condvar` without poisoning, whose waits take a deadline.
#[derive(Debug, Default)]
pub struct Condvar(std::sync::Condvar);

impl Condvar {
    /// A condition variable without waiters.
    pub const fn new() -> Self {
        Condvar(std::sync::Condvar::new())
    }

    /// Wakes one waiter.
    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    /// Wakes all waiters.
    pub fn notify_all(&self) {
        self.0.notify_all();
    }

    /// Waits for a notification, at the latest until `deadline`. The wake-up may be spurious.
    pub fn wait_until<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        deadline: Option<Instant>,
    ) -> MutexGuard<'a, T> {
        match deadline {
            None => self.0.wait(guard).unwrap_or_else(PoisonError::into_inner),
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                self.0.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0
            }
        }
    }
}

/// Blocks until a thread has set `cell`.
pub fn wait_for<T>(cell: &OnceLock<T>) -> &T {
    cell.wait()
}

/// This thread's key: no other thread has it or has ever had it, and it is never 0.
#[inline]
pub fn thread_key() -> u64 {
    thread_local! { static KEY: Cell<u64> = const { Cell::new(0) } }
    // A thread-local without a destructor can be read as long as its thread runs.
    KEY.with(|key| {
        if key.get() == 0 {
            key.set(new_thread_key());
        }
        key.get()
    })
}

#[cold]
fn new_thread_key() -> u64 {
    static KEYS: Counter = Counter::from(1);
    KEYS.next()
}
