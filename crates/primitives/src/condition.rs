//! Python's `Condition`: wait, with a lock released, for a notification that its data has changed.

use std::fmt;
use std::time::Duration;

use ungil_threads::{Interrupted, Limit};

use crate::RawLock;
use crate::fair_queue::FairQueue;
use crate::lock_order;
use crate::parking_lot::{self, Address, Kind, ParkResult};
use ungil_sync::atomic::{AtomicU32, Ordering};
use ungil_sync::const_fn;

/// A guard that a [`Condition`] can wait with: [`LockGuard`](crate::LockGuard) or [`RLockGuard`](crate::RLockGuard).
pub trait Guard: sealed::Guard {}

pub(crate) use sealed::Guard as Sealed;

mod sealed {
    use crate::RawLock;
    use crate::lock_order::Node;

    pub trait Guard {
        /// The lock's place in the graph of the lock order.
        fn order(&self) -> &Node;

        /// The lock that this guard holds.
        fn raw(&self) -> &RawLock;

        /// Releases the lock, however often it is held, and returns how often that was.
        fn release_all(&mut self) -> u64;

        /// Called when the lock is acquired again: restores the count.
        fn take_back(&mut self, count: u64);
    }
}

/// Where threads wait until what a lock protects has changed.
///
/// Waiting and notifying take the guard of the lock: neither compiles without it, and a notification cannot come between a
/// waiter's check and its sleep. One lock can have several conditions; a condition is used with one lock.
///
/// **No wake-up is spurious**: a wait ends by a notification or at its limit. Still wait in a loop, or with
/// [`wait_while`](Self::wait_while): between the notification and the waiter's critical section another thread may change
/// the data again.
///
/// **Order.** Waiters are notified in order of arrival (FIFO). A notified waiter needs the lock, so `notify` moves it to the
/// lock's queue instead of waking it, and the lock's release wakes it. `notify` makes no system call.
///
/// ```
/// use std::collections::VecDeque;
/// use ungil_primitives::{Condition, Lock};
///
/// static ITEMS: Lock<VecDeque<u32>> = Lock::new(VecDeque::new());
/// static NOT_EMPTY: Condition = Condition::new();
///
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         let mut items = ITEMS.lock();
///         items.push_back(7);
///         NOT_EMPTY.notify_one(&items);
///     });
///     let mut items = ITEMS.lock();
///     NOT_EMPTY.wait_while(&mut items, |items| items.is_empty());
///     assert_eq!(items.pop_front(), Some(7));
/// });
/// ```
#[derive(Default)]
pub struct Condition {
    /// How many threads wait and are not notified. Incremented under the user's lock, which a notifier holds too: if it
    /// sees 0, there is no waiter. Decremented under the bucket's lock.
    waiting: AtomicU32,
}

impl Condition {
    const_fn! {
        /// A condition without waiters.
        pub fn new() -> Self {
            Condition { waiting: AtomicU32::new(0) }
        }
    }

    /// Releases the lock, blocks until a notification, and acquires the lock again.
    ///
    /// An [`RLock`](crate::RLock) is released however often this thread holds it.
    #[track_caller]
    pub fn wait<G: Guard>(&self, guard: &mut G) {
        // Without a limit it cannot fail.
        let _ = self.wait_until(guard, Limit::none());
    }

    /// Waits as [`wait`](Self::wait) does, at most for `timeout`. Acquiring the lock again may take longer.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if no notification came in that time. The caller holds the lock then, too.
    #[track_caller]
    pub fn wait_timeout<G: Guard>(&self, guard: &mut G, timeout: Duration) -> Result<(), Interrupted> {
        self.wait_until(guard, timeout)
    }

    /// Waits as [`wait`](Self::wait) does, until `limit` is reached. Acquiring the lock again may take longer.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached before a notification. The caller holds the lock then, too.
    #[track_caller]
    pub fn wait_until<G: Guard>(&self, guard: &mut G, limit: impl Into<Limit>) -> Result<(), Interrupted> {
        lock_order::waits(guard.order());
        let (home, limit) = (guard.raw().address().home, limit.into());
        let mut count = 0;
        let result = parking_lot::park(
            Address { home, ..Address::of(Kind::Condition, self) },
            &limit,
            || {
                self.waiting.fetch_add(1, Ordering::Relaxed);
                true
            },
            || count = guard.release_all(),
            |_| {
                self.waiting.fetch_sub(1, Ordering::Relaxed);
            },
        );
        let result = match result {
            // A notification has moved this thread to the lock's queue, and a release of the lock has woken it.
            ParkResult::Unparked => guard.raw().acquire_contended(&Limit::none(), true),
            ParkResult::TimedOut(interrupted) => {
                guard.raw().acquire();
                Err(interrupted)
            }
            ParkResult::Invalid => unreachable!("validate returns true"),
        };
        guard.take_back(count);
        result
    }

    /// Waits while `condition` returns true.
    #[track_caller]
    pub fn wait_while<G: Guard>(&self, guard: &mut G, condition: impl FnMut(&mut G) -> bool) {
        // Without a limit it cannot fail.
        let _ = self.wait_while_until(guard, Limit::none(), condition);
    }

    /// Waits while `condition` returns true, at most for `timeout`.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if `condition` still returned true then.
    #[track_caller]
    pub fn wait_while_timeout<G: Guard>(
        &self,
        guard: &mut G,
        timeout: Duration,
        condition: impl FnMut(&mut G) -> bool,
    ) -> Result<(), Interrupted> {
        self.wait_while_until(guard, timeout, condition)
    }

    /// Waits while `condition` returns true, until `limit` is reached.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first, if `condition` still returned true then.
    #[track_caller]
    pub fn wait_while_until<G: Guard>(
        &self,
        guard: &mut G,
        limit: impl Into<Limit>,
        mut condition: impl FnMut(&mut G) -> bool,
    ) -> Result<(), Interrupted> {
        let limit = limit.into();
        let mut interrupted = Ok(());
        while condition(guard) {
            // Checked once more after the limit, which may have come together with the change.
            interrupted?;
            interrupted = self.wait_until(guard, limit.clone());
        }
        Ok(())
    }

    /// Notifies the waiter that has waited longest with the lock of `guard`, and returns whether there was one.
    #[inline]
    pub fn notify_one<G: Guard>(&self, guard: &G) -> bool {
        self.notify_n(guard, 1) == 1
    }

    /// Notifies up to `n` threads that wait with the lock of `guard`, those that have waited longest first, and returns how
    /// many.
    #[inline]
    pub fn notify_n<G: Guard>(&self, guard: &G, n: usize) -> usize {
        // Relaxed: ordered by the lock.
        if self.waiting.load(Ordering::Relaxed) == 0 { 0 } else { self.notify_waiting(guard.raw(), n) }
    }

    #[cold]
    fn notify_waiting(&self, raw: &RawLock, n: usize) -> usize {
        let Address { home, key, .. } = raw.address();
        parking_lot::with_bucket(home, |bucket| {
            let count = bucket.requeue(Address::of(Kind::Condition, self).key, key, n);
            if count > 0 {
                raw.requeued();
                self.waiting.fetch_sub(count as u32, Ordering::Relaxed);
            }
            count
        })
    }

    /// Notifies all threads that wait with the lock of `guard`, and returns how many.
    #[inline]
    pub fn notify_all<G: Guard>(&self, guard: &G) -> usize {
        self.notify_n(guard, usize::MAX)
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condition").field("waiting", &self.waiting.load(Ordering::Relaxed)).finish()
    }
}
