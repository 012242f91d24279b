//! Python's `Event`: a flag that threads can wait for.

use std::fmt;
use std::time::Duration;

use ungil_threads::{Interrupted, Limit};

use crate::lot::{self, Parking, Place};
use ungil_sync::atomic::{AtomicU32, Ordering};
use ungil_sync::const_fn;

use crate::backoff::Backoff;

const SET: u32 = 1;
/// Somebody sleeps in its queue. Only changed while the queue is locked.
const PARKED: u32 = 2;

/// A flag that is set and cleared, and that threads wait for.
///
/// It stays set until it is cleared, so a wait that comes late does not block. A thread that waits when it is set goes on,
/// even if it is cleared before that thread runs. What a thread did before `set` is visible to each thread that saw it
/// set.
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
    state: AtomicU32,
}

impl Event {
    const_fn! {
        /// An event that is not set.
        pub fn new() -> Self {
            Event { state: AtomicU32::new(0) }
        }
    }

    /// Whether it is set.
    #[inline]
    pub fn is_set(&self) -> bool {
        // Acquire: pairs with the Release of `set`.
        self.state.load(Ordering::Acquire) & SET != 0
    }

    /// Sets it, and wakes all who wait.
    pub fn set(&self) {
        let mut state = self.state.load(Ordering::Relaxed);
        while state & PARKED == 0 {
            // Release: pairs with the Acquire of `is_set`.
            match self.state.compare_exchange_weak(state, SET, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(other) => state = other,
            }
        }
        // With the queue locked: nobody who comes after a later `clear` gets into this.
        let woken = lot::locked(self.key(), |bucket| {
            self.state.swap(SET, Ordering::Release);
            bucket.take_all(self.key())
        });
        woken.into_iter().for_each(lot::Parked::wake);
    }

    /// Clears the flag: a later wait blocks.
    pub fn clear(&self) {
        self.state.fetch_and(!SET, Ordering::Relaxed);
    }

    /// Blocks until it is set.
    pub fn wait(&self) {
        // Without a limit there is nothing that could interrupt it.
        let _ = self.wait_until(Limit::none());
    }

    /// As [`wait`](Self::wait), at most for `timeout`.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if it was not set in that time.
    pub fn wait_timeout(&self, timeout: Duration) -> Result<(), Interrupted> {
        if self.is_set() { Ok(()) } else { self.wait_until(timeout) }
    }

    /// As [`wait`](Self::wait), until `limit` is reached.
    ///
    /// # Errors
    ///
    /// What of `limit` came first.
    pub fn wait_until(&self, limit: impl Into<Limit>) -> Result<(), Interrupted> {
        if self.is_set() {
            return Ok(());
        }
        let limit = limit.into();
        limit.check()?;
        let mut backoff = Backoff::default();
        while backoff.snooze() {
            if self.is_set() {
                return Ok(());
            }
        }
        let place = Place { home: self.key(), key: self.key(), first: false };
        match lot::park(place, &limit, || self.stays_clear(), || (), |bucket| self.left(bucket)) {
            Parking::Interrupted(interrupted) => Err(interrupted),
            Parking::Refused | Parking::Woken => Ok(()),
        }
    }

    /// With the queue locked: sets the bit for the thread that is about to join, unless the event is set.
    fn stays_clear(&self) -> bool {
        // Acquire: if it is set, the wait is over with this.
        let parked = |state| (state & SET == 0).then_some(state | PARKED);
        self.state.fetch_update(Ordering::Relaxed, Ordering::Acquire, parked).is_ok()
    }

    /// With the queue locked: a thread has left it, as its limit was reached.
    fn left(&self, bucket: &lot::Bucket) {
        if bucket.first(self.key()).is_none() {
            self.state.fetch_and(!PARKED, Ordering::Relaxed);
        }
    }

    fn key(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("set", &self.is_set()).finish()
    }
}
