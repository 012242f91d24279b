//! interleave's types: inside a model the checker drives them.

pub use interleave::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak, atomic};
pub use interleave::time::Instant;
pub use interleave::{futex, hint, thread, thread_local};

use crate::Counter;

/// Defines a `const fn`; in a build for models a plain `fn`, as a model makes its objects while it runs.
#[macro_export]
macro_rules! const_fn {
    ($(#[$attribute:meta])* $visible:vis fn $($rest:tt)*) => {
        $(#[$attribute])* $visible fn $($rest)*
    };
}

/// A value for a `static`, behind a lock: one for the process, or one for each execution of a model.
pub struct Global<T: 'static> {
    init: fn() -> T,
    value: interleave::Global<std::sync::OnceLock<Mutex<T>>>,
}

impl<T> Global<T> {
    /// A value that `init` makes at its first use.
    pub const fn new(init: fn() -> T) -> Self {
        Global { init, value: interleave::Global::new(std::sync::OnceLock::new) }
    }

    /// Calls `f` under the lock.
    #[track_caller]
    pub fn with<R>(&'static self, f: impl FnOnce(&mut T) -> R) -> R {
        self.value.with(|value| f(&mut value.get_or_init(|| Mutex::new((self.init)())).lock()))
    }
}

/// `interleave`'s condition variable, whose waits take a deadline.
#[derive(Debug, Default)]
pub struct Condvar(interleave::sync::Condvar);

impl Condvar {
    /// A condition variable without waiters.
    #[track_caller]
    pub fn new() -> Self {
        Condvar(interleave::sync::Condvar::new())
    }

    /// Wakes one waiter.
    #[track_caller]
    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    /// Wakes all waiters.
    #[track_caller]
    pub fn notify_all(&self) {
        self.0.notify_all();
    }

    /// Waits for a notification, at the latest until `deadline`. The wake-up may be spurious.
    #[track_caller]
    pub fn wait_until<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        deadline: Option<Instant>,
    ) -> MutexGuard<'a, T> {
        match deadline {
            None => self.0.wait(guard),
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                self.0.wait_timeout(guard, left).0
            }
        }
    }
}

/// Waits until a thread has set `cell`.
pub fn wait_for<T>(cell: &OnceLock<T>) -> &T {
    loop {
        if let Some(value) = cell.get() {
            return value;
        }
        thread::yield_now();
    }
}

/// This thread's key: no other thread has it or has ever had it, and it is never 0.
pub fn thread_key() -> u64 {
    static KEYS: Counter = Counter::from(1);
    thread_local! { static KEY: u64 = KEYS.next() }
    KEY.with(|key| *key)
}
