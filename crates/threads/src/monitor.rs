//! The one way in which this crate blocks: a value behind a mutex, and a condition variable that is notified when the
//! value changes.

use crate::{Interrupted, Limit};
use ungil_sync::atomic::{AtomicUsize, Ordering};
use ungil_sync::{Arc, Condvar, Instant, Mutex, MutexGuard};

// ANCHOR: monitor
/// Invariant: a thread that changes the value so that a waiter's condition could become true holds `state` while
/// doing so and notifies `changed` afterwards. A waiter tests its condition under `state`, so it cannot miss
/// a change.
#[derive(Debug, Default)]
pub(crate) struct Monitor<T> {
    /// The value, and the lock that guards it.
    state: Mutex<T>,
    /// Waited for with `state`.
    changed: Condvar,
    /// How many threads wait for `changed`. Only written under `state`, so a notifier that has changed the value sees
    /// every waiter that has not seen the change. Without waiters a notification costs no system call.
    waiters: AtomicUsize,
}
// ANCHOR_END: monitor

impl<T> Monitor<T> {
    pub(crate) fn new(value: T) -> Self {
        Monitor { state: Mutex::new(value), changed: Condvar::new(), waiters: AtomicUsize::new(0) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.state.lock()
    }

    pub(crate) fn notify_all(&self) {
        // Relaxed: ordered by the lock that the caller has held since the change.
        if self.waiters.load(Ordering::Relaxed) > 0 {
            self.changed.notify_all();
        }
    }

    /// Waits with the lock released for a notification, at the latest until `deadline`. May wake spuriously.
    pub(crate) fn wait<'a>(&self, guard: MutexGuard<'a, T>, deadline: Option<Instant>) -> MutexGuard<'a, T> {
        self.waiters.fetch_add(1, Ordering::Relaxed);
        let guard = self.changed.wait_until(guard, deadline);
        self.waiters.fetch_sub(1, Ordering::Relaxed);
        guard
    }
}

/// Blocks until `ready` returns `Some`, or `limit` is reached. `monitor` returns the monitor of its owner.
///
/// The owner is an `Arc` because the stop token keeps a callback that may outlive this call's borrow.
pub(crate) fn wait_until<A, T, R>(
    owner: &Arc<A>,
    monitor: fn(&A) -> &Monitor<T>,
    limit: &Limit,
    mut ready: impl FnMut(&T) -> Option<R>,
) -> Result<R, Interrupted>
where
    A: Send + Sync + 'static,
    T: 'static,
{
    // Registered before the lock is taken: a token that has already stopped calls back at once, in this thread.
    // Dropped after the guard below: the drop waits for a running callback, and that callback takes the lock.
    let _registration = limit.stop.as_ref().map(|token| {
        let owner = Arc::clone(owner);
        token.on_stop(move || {
            let monitor = monitor(&owner);
            // Under the lock the waiter has either not tested the token yet, or it sleeps.
            drop(monitor.lock());
            monitor.notify_all();
        })
    });
    let monitor = monitor(owner);
    let mut state = monitor.lock();
    loop {
        if let Some(result) = ready(&state) {
            return Ok(result);
        }
        limit.check()?;
        state = monitor.wait(state, limit.deadline);
    }
}
