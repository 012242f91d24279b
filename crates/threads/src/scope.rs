//! Threads that borrow from the function that starts them.

use crate::{Builder, Runnable, Thread};
use ungil_sync::thread;

/// Runs `f`, then waits for all threads that it has spawned in the scope: so they may borrow what outlives
/// this call.
///
/// It is `std::thread::scope` for named and registered threads. A panic stays with its thread: look at its
/// [`Thread::join`]; it does not come out of the scope.
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

/// Where scoped threads are spawned; threads in the scope may spawn further ones.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'scope, 'env: 'scope> {
    inner: &'scope thread::Scope<'scope, 'env>,
}

impl<'scope, 'env> Scope<'scope, 'env> {
    /// A running thread that the scope waits for. Settings by [`Builder::spawn_scoped`].
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
