//! Step 4, the lock that ships: one integer, and a queue in the parking lot while somebody waits.
//!
//! What step 3 lacks is here: the order is first come, first served among those who sleep; a release wakes nobody as
//! long as somebody that was woken is on the way; and for a thread that was woken in vain a few times, or is on the way
//! for long, the lock is kept.

use std::fmt;
use std::time::Duration;

use ungil_threads::{Interrupted, Limit};

use crate::backoff::{Backoff, FairTimeout};
use crate::lot::{self, Parking, Place};
use ungil_sync::atomic::{AtomicU32, Ordering};
use ungil_sync::const_fn;

/// Somebody holds it.
const LOCKED: u32 = 1;
/// Somebody sleeps in its queue. Only changed while the queue is locked.
const PARKED: u32 = 2;
/// Somebody was woken and is on the way: a release need not wake another.
const WOKEN: u32 = 4;
/// Reserved: only the waiter that was woken last may take it, even if that waiter sleeps again, first in the queue.
const KEPT: u32 = 8;

/// How often a thread may be woken in vain, as others were faster. Then the lock is kept for it.
///
/// Without a bound a thread could starve; with 0, every release to a waiter would be a switch of threads. In a model 1,
/// so that it comes to that.
const PATIENCE: u32 = if cfg!(ungil_model) { 1 } else { 4 };

/// Python's `Lock`: `acquire` and `release`, and no owner.
///
/// Any thread may release it, also one that has never acquired it. That makes it a binary semaphore, and the lecture's
/// "WAT?" possible. To protect a value, take [`Lock`](crate::Lock), whose guard knows who has to release it.
///
/// It is four bytes large. Without a second thread, `acquire` and `release` are one atomic step each and no system
/// call. A waiting thread costs no CPU, but for a short spin at first.
///
/// **Order.** A thread that comes while the lock is free takes it, although others may sleep: a lock that is always
/// handed over costs a switch of threads each time. But sleeping threads are woken in order of arrival (FIFO). If a
/// woken waiter loses the race four times, or gets no CPU while another thread overtakes it for about a millisecond, the
/// lock is reserved for it: that waiter is the next holder.
///
/// What a thread did before `release` is visible to the next that acquires.
///
/// ```
/// use std::sync::Arc;
/// use ungil_primitives::RawLock;
/// use ungil_threads::spawn;
///
/// let done = Arc::new(RawLock::new());
/// done.acquire();
/// let other = spawn({
///     let done = Arc::clone(&done);
///     move || done.release() // it never acquired it
/// });
/// done.acquire();
/// assert_eq!(other.join().unwrap(), &Ok(()));
/// ```
pub struct RawLock {
    state: AtomicU32,
}

// ANCHOR: fast
impl RawLock {
    /// Blocks until nobody holds it. A thread that holds it already waits until another one releases it.
    #[inline]
    pub fn acquire(&self) {
        if !self.try_acquire_free() {
            // Without a limit there is nothing that could interrupt it.
            let _ = self.acquire_contended(&Limit::none(), false);
        }
    }

    /// Releases it, in whichever thread.
    ///
    /// # Errors
    ///
    /// [`NotLocked`] if nobody holds it.
    #[inline]
    pub fn release(&self) -> Result<(), NotLocked> {
        // Release: pairs with the Acquire of `acquire`.
        match self.state.compare_exchange(LOCKED, 0, Ordering::Release, Ordering::Relaxed) {
            Ok(_) => Ok(()),
            Err(_) => self.release_contended(),
        }
    }

    /// Nobody holds it, nobody waits.
    #[inline]
    fn try_acquire_free(&self) -> bool {
        self.state.compare_exchange(0, LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }
}
// ANCHOR_END: fast

impl RawLock {
    const_fn! {
        /// A lock that nobody holds.
        pub fn new() -> Self {
            RawLock { state: AtomicU32::new(0) }
        }
    }

    /// Acquires it if nobody holds it. Never blocks.
    #[inline]
    pub fn try_acquire(&self) -> bool {
        self.try_acquire_free() || self.try_take(0)
    }

    /// As [`acquire`](Self::acquire), at most for `timeout`.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if somebody held it all the time.
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<(), Interrupted> {
        // The clock is read only if there is need.
        if self.try_acquire() { Ok(()) } else { self.acquire_contended(&Limit::timeout(timeout), false) }
    }

    /// As [`acquire`](Self::acquire), until `limit` is reached.
    ///
    /// # Errors
    ///
    /// What of `limit` came first.
    pub fn acquire_until(&self, limit: impl Into<Limit>) -> Result<(), Interrupted> {
        if self.try_acquire() { Ok(()) } else { self.acquire_contended(&limit.into(), false) }
    }

    /// Whether somebody holds it. By the time that the caller looks at the answer, it may have changed.
    pub fn is_locked(&self) -> bool {
        self.state.load(Ordering::Relaxed) & LOCKED != 0
    }

    /// The place in the lot where threads wait for it.
    pub(crate) fn home(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// Releases the lock; the caller holds it.
    #[inline]
    pub(crate) fn release_held(&self) {
        // Release: pairs with the Acquire of `acquire`. A subtraction is faster than the exchange of `release`, which has
        // to look first; and fastest if its result is only compared with 0.
        if self.state.fetch_sub(LOCKED, Ordering::Release) != LOCKED {
            self.released();
        }
    }

    /// Takes it, if nobody holds it; `mine` are the bits that stand for its taker, and end with that. Nobody without
    /// [`KEPT`] takes it when it is kept.
    #[inline]
    fn try_take(&self, mine: u32) -> bool {
        let mut state = self.state.load(Ordering::Relaxed);
        while is_free(state, mine) {
            let taken = (state | LOCKED) & !mine;
            // Acquire: pairs with the Release of `release`.
            match self.state.compare_exchange_weak(state, taken, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(other) => state = other,
            }
        }
        false
    }

    /// `woken`: this thread comes out of the queue, and the bit [`WOKEN`] stands for it.
    #[cold]
    pub(crate) fn acquire_contended(&self, limit: &Limit, woken: bool) -> Result<(), Interrupted> {
        limit.check()?;
        // The bits that stand for this thread.
        let mut mine = if woken { WOKEN | KEPT } else { 0 };
        let mut in_vain = u32::from(woken);
        let mut backoff = Backoff::default();
        loop {
            if self.try_take(mine) {
                return Ok(());
            }
            let spins = if mine & WOKEN != 0 {
                backoff.spin()
            } else {
                // If there is a queue, join it: spinning would only delay the threads that have waited longer.
                self.state.load(Ordering::Relaxed) & PARKED == 0 && backoff.snooze()
            };
            if spins {
                continue;
            }
            let place = Place { home: self.home(), key: self.home(), first: in_vain > 0 };
            let kept = mine & KEPT;
            match lot::park(place, limit, || self.stays_taken(mine), || (), |bucket| self.left(bucket, kept))
            {
                Parking::Refused => {}
                Parking::Woken => {
                    // As nobody else is woken before this thread has the lock, only for it can it be kept.
                    mine |= WOKEN | KEPT;
                    in_vain += 1;
                    backoff = Backoff::default();
                    if in_vain >= PATIENCE {
                        // While it is awake, so that nobody has to wait until it is.
                        self.state.fetch_or(KEPT, Ordering::Relaxed);
                    }
                }
                Parking::Interrupted(interrupted) => return Err(interrupted),
            }
        }
    }

    /// With the queue locked: sets the bits for the thread that is about to join, unless it can have the lock.
    fn stays_taken(&self, mine: u32) -> bool {
        let parked = |state| {
            // Who goes to sleep is not on the way any more; the holder's release will see that.
            (!is_free(state, mine)).then_some((state | PARKED) & !(mine & WOKEN))
        };
        self.state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, parked).is_ok()
    }

    /// With the queue locked, and the lock held: threads have come to the queue from another.
    pub(crate) fn joined(&self) {
        self.state.fetch_or(PARKED, Ordering::Relaxed);
    }

    /// With the queue locked: a thread has left it, as its limit was reached.
    fn left(&self, bucket: &lot::Bucket, kept: u32) {
        let parked = if bucket.first(self.home()).is_none() { PARKED } else { 0 };
        self.state.fetch_and(!(parked | kept), Ordering::Relaxed);
    }

    #[cold]
    fn release_contended(&self) -> Result<(), NotLocked> {
        let free = |state| (state & LOCKED != 0).then_some(state & !LOCKED);
        // Release: pairs with the Acquire of `acquire`.
        self.state.fetch_update(Ordering::Release, Ordering::Relaxed, free).map_err(|_| NotLocked)?;
        self.released();
        Ok(())
    }

    /// It is released, and other bits are set.
    #[cold]
    fn released(&self) {
        let state = self.state.load(Ordering::Relaxed);
        if state & (PARKED | WOKEN) == PARKED {
            self.wake_first();
        } else if state & (WOKEN | KEPT) == WOKEN && FairTimeout::should_timeout() {
            // Unless it has come meanwhile.
            let keep = |state| (state & WOKEN != 0).then_some(state | KEPT);
            let _ = self.state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, keep);
        }
    }

    /// Wakes who waits first, unless somebody is on the way.
    fn wake_first(&self) {
        let first = lot::locked(self.home(), |bucket| {
            if self.state.load(Ordering::Relaxed) & WOKEN != 0 {
                return None;
            }
            let first = bucket.take(self.home())?;
            let last = bucket.first(self.home()).is_none();
            // While the queue is locked and nobody is on the way, nobody else changes these two bits.
            self.state.fetch_xor(if last { WOKEN | PARKED } else { WOKEN }, Ordering::Relaxed);
            Some(first)
        });
        if let Some(first) = first {
            first.wake();
        }
    }
}

/// Whether a thread may take the lock, for which the bits `mine` stand.
fn is_free(state: u32, mine: u32) -> bool {
    state & LOCKED == 0 && state & KEPT & !mine == 0
}

/// The error of [`RawLock::release`]: nobody holds the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLocked;

impl fmt::Display for NotLocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("release of a lock that nobody holds")
    }
}

impl std::error::Error for NotLocked {}

impl Default for RawLock {
    fn default() -> Self {
        RawLock::new()
    }
}

impl fmt::Debug for RawLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawLock").field("locked", &self.is_locked()).finish()
    }
}
