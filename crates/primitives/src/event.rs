//! Python's `Event`: a flag that threads can wait for.

use std::fmt;
use std::time::Duration;

use ungil_threads::{Interrupted, Limit};

use crate::parking_lot::{self, Address, Bucket, Kind, ParkResult};
use ungil_sync::atomic::{AtomicU32, Ordering};
use ungil_sync::const_fn;

use crate::backoff::Backoff;

/// The event is set.
const SET: u32 = 1;
/// Threads sleep in the queue. Changed only while the queue is locked.
const PARKED: u32 = 2;

/// A flag that threads set, clear and wait for.
///
/// The event stays set until it is cleared, so a late `wait` does not block. A thread that waits when the event is set
/// goes on, even if the event is cleared before that thread runs. A `set` happens before the return of a `wait` that it
/// ends.
///
/// ```
/// use ungil_primitives::Event;
///
/// static READY: Event = Event::new();
///
/// std::thread::scope(|scope| {
///     scope.spawn(|| READY.set());
///     READY.wait();
///     assert!(READY.is_set());
/// });
/// ```
#[derive(Default)]
pub struct Event {
    /// `PARKED` changes only under the lock of the event's queue; no lock guards `SET`.
    ///
    /// | state | means | next |
    /// |---|---|---|
    /// | 0 | not set, no waiter | `SET`, `PARKED` |
    /// | `PARKED` | not set, waiters sleep | `SET`: `set` wakes all; 0: the last waiter's limit is reached |
    /// | `SET` | set, no waiter | 0 by `clear` |
    state: AtomicU32,
}

impl Event {
    const_fn! {
        /// An event that is not set.
        pub fn new() -> Self {
            Event { state: AtomicU32::new(0) }
        }
    }

    /// Whether the event is set.
    #[inline]
    pub fn is_set(&self) -> bool {
        // Acquire: pairs with the Release of `set`.
        self.state.load(Ordering::Acquire) & SET != 0
    }

    /// Sets the event, and wakes all waiters.
    pub fn set(&self) {
        let mut state = self.state.load(Ordering::Relaxed);
        while state & PARKED == 0 {
            // Release: pairs with the Acquire of `is_set`.
            match self.state.compare_exchange_weak(state, SET, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(other) => state = other,
            }
        }
        // With the queue locked, so that this `set` does not wake a thread that waits after a later `clear`.
        let Address { home, key, .. } = self.address();
        let woken = parking_lot::with_bucket(home, |bucket| {
            self.state.swap(SET, Ordering::Release);
            bucket.dequeue_all(key)
        });
        woken.into_iter().for_each(parking_lot::ParkedThread::unpark);
    }

    /// Clears the event: a `wait` that begins from now on blocks.
    pub fn clear(&self) {
        self.state.fetch_and(!SET, Ordering::Relaxed);
    }

    /// Blocks until the event is set.
    pub fn wait(&self) {
        // Without a limit it cannot fail.
        let _ = self.wait_until(Limit::none());
    }

    /// Blocks until the event is set, at most for `timeout`.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if the event was not set in that time.
    pub fn wait_timeout(&self, timeout: Duration) -> Result<(), Interrupted> {
        if self.is_set() { Ok(()) } else { self.wait_until(timeout) }
    }

    /// Blocks until the event is set or `limit` is reached.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    pub fn wait_until(&self, limit: impl Into<Limit>) -> Result<(), Interrupted> {
        if self.is_set() {
            return Ok(());
        }
        let limit = limit.into();
        limit.check()?;
        let mut backoff = Backoff::new();
        while !backoff.is_completed() {
            backoff.snooze();
            if self.is_set() {
                return Ok(());
            }
        }
        match parking_lot::park(
            self.address(),
            &limit,
            || self.validate(),
            || (),
            |bucket| self.timed_out(bucket),
        ) {
            ParkResult::TimedOut(interrupted) => Err(interrupted),
            ParkResult::Invalid | ParkResult::Unparked => Ok(()),
        }
    }

    /// With the queue locked: sets `PARKED` for the caller, which is about to join, unless the event is set.
    fn validate(&self) -> bool {
        // Acquire: if the event is set, the wait ends here.
        let parked = |state| (state & SET == 0).then_some(state | PARKED);
        self.state.fetch_update(Ordering::Relaxed, Ordering::Acquire, parked).is_ok()
    }

    /// With the queue locked: a thread has left the queue at its limit.
    fn timed_out(&self, bucket: &Bucket) {
        if bucket.is_empty(self.address().key) {
            self.state.fetch_and(!PARKED, Ordering::Relaxed);
        }
    }

    fn address(&self) -> Address {
        Address::of(Kind::Event, self)
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("set", &self.is_set()).finish()
    }
}
