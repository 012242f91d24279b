//! interleave's types: a model checker drives them.

pub(crate) use interleave::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
pub(crate) use interleave::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};
pub(crate) use interleave::time::Instant;
pub(crate) use interleave::{thread, thread_local};

/// One `T` for each execution of a model, behind a lock.
pub(crate) struct Global<T: 'static> {
    init: fn() -> T,
    value: interleave::Global<std::sync::OnceLock<Mutex<T>>>,
}

impl<T> Global<T> {
    pub(crate) const fn new(init: fn() -> T) -> Self {
        Global { init, value: interleave::Global::new(std::sync::OnceLock::new) }
    }

    pub(crate) fn with<R>(&'static self, f: impl FnOnce(&mut T) -> R) -> R {
        self.value.with(|value| f(&mut value.get_or_init(|| Mutex::new((self.init)())).lock()))
    }
}

/// `interleave`'s condition variable, which waits until an instant.
#[derive(Debug, Default)]
pub(crate) struct Condvar(interleave::sync::Condvar);

impl Condvar {
    pub(crate) fn new() -> Self {
        Condvar(interleave::sync::Condvar::new())
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }

    /// Waits for a notification, at the latest until `deadline`. May wake for no reason.
    pub(crate) fn wait_until<'a, T>(
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

/// Waits until somebody has set `cell`.
pub(crate) fn wait_for<T>(cell: &OnceLock<T>) -> &T {
    loop {
        if let Some(value) = cell.get() {
            return value;
        }
        thread::yield_now();
    }
}
