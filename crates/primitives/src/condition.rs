//! Python's `Condition`: wait, with a lock released, until somebody says that something has changed.

use std::fmt;
use std::time::Duration;

use ungil_threads::{Interrupted, Limit};

use crate::RawLock;
use crate::lock_order;
use crate::lot::{self, Parking, Place};
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

        /// Releases the lock wholly, and says how often it was held.
        fn release_all(&mut self) -> usize;

        /// Once the lock is acquired again: all is as it was.
        fn take_back(&mut self, count: usize);
    }
}

/// Where threads wait until what a lock protects has changed.
///
/// Waiting and notifying take the guard of the lock: neither can be done without it, and a notification cannot come
/// between a waiter's look and its sleep. One lock can have several conditions; a condition belongs to the lock that
/// it is used with.
///
/// **No wake-up is spurious**: a wait ends with a notification or at its limit. Still wait in a loop, or with
/// [`wait_while`](Self::wait_while): between the notification and the waiter's turn another thread may have taken what
/// it waited for.
///
/// **Order.** Those who have waited longest are notified first. A notified thread needs the lock, so it is not woken
/// but queued for the lock, and runs when the lock is released to it. So `notify` makes no system call at all.
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
    /// How many threads wait and are not notified. It grows under the waiter's lock. A notifier holds the same lock, so
    /// it sees all waiters; if there are none, it has nothing to do.
    waiting: AtomicU32,
}

impl Condition {
    const_fn! {
        /// A condition that nobody waits for.
        pub fn new() -> Self {
            Condition { waiting: AtomicU32::new(0) }
        }
    }

    /// Releases the lock, blocks until a notification, and acquires the lock again.
    ///
    /// An [`RLock`](crate::RLock) is released wholly, however often this thread holds it.
    #[track_caller]
    pub fn wait<G: Guard>(&self, guard: &mut G) {
        // Without a limit there is nothing that could interrupt it.
        let _ = self.wait_until(guard, Limit::none());
    }

    /// As [`wait`](Self::wait), at most for `timeout`. To acquire the lock again may take longer.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if no notification came in that time. The lock is held then as well.
    #[track_caller]
    pub fn wait_timeout<G: Guard>(&self, guard: &mut G, timeout: Duration) -> Result<(), Interrupted> {
        self.wait_until(guard, timeout)
    }

    /// As [`wait`](Self::wait), until `limit` is reached. To acquire the lock again may take longer.
    ///
    /// # Errors
    ///
    /// What of `limit` came before a notification. The lock is held then as well.
    #[track_caller]
    pub fn wait_until<G: Guard>(&self, guard: &mut G, limit: impl Into<Limit>) -> Result<(), Interrupted> {
        lock_order::waits(guard.order());
        let (home, limit) = (guard.raw().home(), limit.into());
        let mut count = 0;
        let parking = lot::park(
            Place { home, key: self.key(), first: false },
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
        let result = match parking {
            // A notification has put it into the lock's queue, and a release of the lock has woken it.
            Parking::Woken => guard.raw().acquire_contended(&Limit::none(), true),
            Parking::Interrupted(interrupted) => {
                guard.raw().acquire();
                Err(interrupted)
            }
            Parking::Refused => unreachable!("it always waits"),
        };
        guard.take_back(count);
        result
    }

    /// Waits as long as `condition` holds.
    #[track_caller]
    pub fn wait_while<G: Guard>(&self, guard: &mut G, condition: impl FnMut(&mut G) -> bool) {
        // Without a limit there is nothing that could interrupt it.
        let _ = self.wait_while_until(guard, Limit::none(), condition);
    }

    /// As [`wait_while`](Self::wait_while), at most for `timeout`.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if `condition` still held then.
    #[track_caller]
    pub fn wait_while_timeout<G: Guard>(
        &self,
        guard: &mut G,
        timeout: Duration,
        condition: impl FnMut(&mut G) -> bool,
    ) -> Result<(), Interrupted> {
        self.wait_while_until(guard, timeout, condition)
    }

    /// As [`wait_while`](Self::wait_while), until `limit` is reached.
    ///
    /// # Errors
    ///
    /// What of `limit` came first, if `condition` still held then.
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
            // Looked at once more after the limit: it may have come together with the change.
            interrupted?;
            interrupted = self.wait_until(guard, limit.clone());
        }
        Ok(())
    }

    /// Notifies the thread that has waited longest with the lock of `guard`, and says whether there was one.
    #[inline]
    pub fn notify_one<G: Guard>(&self, guard: &G) -> bool {
        self.notify_n(guard, 1) == 1
    }

    /// Notifies the `n` threads that have waited longest with the lock of `guard`, or as many as there are; says how
    /// many.
    #[inline]
    pub fn notify_n<G: Guard>(&self, guard: &G, n: usize) -> usize {
        // Relaxed: ordered by the lock.
        if self.waiting.load(Ordering::Relaxed) == 0 { 0 } else { self.notify_waiting(guard.raw(), n) }
    }

    #[cold]
    fn notify_waiting(&self, raw: &RawLock, n: usize) -> usize {
        lot::locked(raw.home(), |bucket| {
            let count = bucket.redirect(self.key(), raw.home(), n);
            if count > 0 {
                raw.joined();
                self.waiting.fetch_sub(count as u32, Ordering::Relaxed);
            }
            count
        })
    }

    /// Notifies all threads that wait with the lock of `guard`, and says how many.
    #[inline]
    pub fn notify_all<G: Guard>(&self, guard: &G) -> usize {
        self.notify_n(guard, usize::MAX)
    }

    fn key(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condition").field("waiting", &self.waiting.load(Ordering::Relaxed)).finish()
    }
}
