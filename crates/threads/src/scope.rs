//! Threads that borrow from the function that starts them.

use crate::{Builder, Runnable, Thread};
use ungil_sync::thread;

/// Runs `f`, then waits for all threads that `f` has spawned in the scope. So these threads may borrow what outlives
/// this call.
///
/// This is `std::thread::scope` for named and registered threads. Unlike std's, it does not panic because a thread has
/// panicked: [`Thread::join`] returns that panic.
///
/// ```
/// use ungil_threads::scope;
///
/// let numbers = vec![1, 2, 3, 4];
/// let total: i32 = scope(|s| {
///     let halves = numbers.chunks(2).map(|half| s.spawn(move || half.iter().sum::<i32>()));
///     let halves: Vec<_> = halves.collect();
///     halves.iter().map(|t| *t.join().unwrap()).sum()
/// });
/// assert_eq!(total, 10);
/// ```
pub fn scope<'env, F, R>(f: F) -> R
where
    F: for<'scope> FnOnce(Scope<'scope, 'env>) -> R,
{
    thread::scope(|inner| f(Scope { inner }))
}

/// Spawns scoped threads. These may spawn further threads in the same scope.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'scope, 'env: 'scope> {
    inner: &'scope thread::Scope<'scope, 'env>,
}

impl<'scope, 'env> Scope<'scope, 'env> {
    /// Starts a thread that the scope waits for. [`Builder::spawn_scoped`] starts one with other settings.
    ///
    /// # Panics
    ///
    /// If the thread cannot be started.
    pub fn spawn<R>(self, target: R) -> Thread<R::Output>
    where
        R: Runnable + Send + 'scope,
        R::Output: Send + Sync + 'scope,
    {
        Builder::new().spawn_scoped(self, target).expect("a thread can be started")
    }

    pub(crate) fn inner(self) -> &'scope thread::Scope<'scope, 'env> {
        self.inner
    }
}
