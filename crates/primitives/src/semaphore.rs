//! Python's `Semaphore` and `BoundedSemaphore`: N permits; a thread that finds none waits.

use std::fmt;
use std::time::Duration;

use ungil_threads::{Interrupted, Limit};

use crate::backoff::Backoff;
use crate::lot::{self, Parking, Place};
use ungil_sync::atomic::{AtomicU64, Ordering};
use ungil_sync::const_fn;

/// Somebody sleeps in its queue. Only changed while the queue is locked.
const PARKED: u64 = 1;
/// Somebody was woken and is on the way: a release need not wake another.
const WOKEN: u64 = 2;
/// The permits are kept for the first of those who wait: nobody else may take any.
const KEPT: u64 = 4;
/// The permits are above the bits.
const ONE: u64 = 8;

/// How often a thread may be woken in vain, as others were faster. Then the permits are kept for it. In a model 1, so
/// that it comes to that.
const PATIENCE: u32 = if cfg!(ungil_model) { 1 } else { 4 };

/// A number of permits. Taking one blocks while there is none.
///
/// It has no upper bound but `u32::MAX`: [`release`](Self::release) may make more permits than there were at first.
/// [`BoundedSemaphore`] refuses that.
///
/// **Order.** A thread that comes while there are enough permits takes them, although others may wait. But waiters
/// are woken in order of arrival (FIFO). If a woken waiter loses the race four times, the permits are reserved until it
/// has as many as it wants. So a waiter that wants many does not starve.
///
/// ```
/// use ungil_primitives::Semaphore;
///
/// static CONNECTIONS: Semaphore = Semaphore::new(2);
///
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| {
///             let _permit = CONNECTIONS.acquire(); // at most two threads get past this
///         });
///     }
/// });
/// assert_eq!(CONNECTIONS.available(), 2);
/// ```
pub struct Semaphore {
    state: AtomicU64,
}

impl Semaphore {
    const_fn! {
        /// So many permits.
        pub fn new(permits: u32) -> Self {
            Semaphore { state: AtomicU64::new(permits as u64 * ONE) }
        }
    }

    /// Blocks until there is a permit, and takes it.
    #[inline]
    pub fn acquire(&self) -> Permit<'_> {
        self.acquire_many(1)
    }

    /// Blocks until there are `count` permits, and takes them together.
    #[inline]
    pub fn acquire_many(&self, count: u32) -> Permit<'_> {
        if !self.try_take(count, 0) {
            // Without a limit there is nothing that could interrupt it.
            let _ = self.acquire_contended(count, &Limit::none());
        }
        self.permit(count)
    }

    /// A permit, if there is one. Never blocks.
    #[inline]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.try_acquire_many(1)
    }

    /// So many permits, if there are. Never blocks.
    #[inline]
    pub fn try_acquire_many(&self, count: u32) -> Option<Permit<'_>> {
        self.try_take(count, 0).then(|| self.permit(count))
    }

    /// As [`acquire`](Self::acquire), at most for `timeout`.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if there was none in that time.
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<Permit<'_>, Interrupted> {
        self.try_acquire().map_or_else(|| self.acquire_until(timeout), Ok)
    }

    /// As [`acquire`](Self::acquire), until `limit` is reached.
    ///
    /// # Errors
    ///
    /// What of `limit` came first.
    pub fn acquire_until(&self, limit: impl Into<Limit>) -> Result<Permit<'_>, Interrupted> {
        self.acquire_many_until(1, limit)
    }

    /// As [`acquire_many`](Self::acquire_many), until `limit` is reached.
    ///
    /// # Errors
    ///
    /// What of `limit` came first; then it has taken none.
    pub fn acquire_many_until(&self, count: u32, limit: impl Into<Limit>) -> Result<Permit<'_>, Interrupted> {
        if !self.try_take(count, 0) {
            self.acquire_contended(count, &limit.into())?;
        }
        Ok(self.permit(count))
    }

    /// Adds `count` permits, from any thread, even if none were acquired.
    ///
    /// What the caller did before is visible to the threads that take the permits.
    ///
    /// # Errors
    ///
    /// [`TooManyPermits`] if there were more than `u32::MAX` of them; then it has given none.
    #[inline]
    pub fn release(&self, count: u32) -> Result<(), TooManyPermits> {
        self.release_up_to(count, u32::MAX)
    }

    /// How many permits there are now. By the time that the caller looks at the answer, it may have changed.
    pub fn available(&self) -> u32 {
        permits(self.state.load(Ordering::Relaxed))
    }

    #[inline]
    fn release_up_to(&self, count: u32, most: u32) -> Result<(), TooManyPermits> {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            if count > most - permits(state).min(most) {
                return Err(TooManyPermits);
            }
            let released = state + u64::from(count) * ONE;
            // Release: pairs with the Acquire of `try_take`.
            match self.state.compare_exchange_weak(state, released, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => break,
                Err(other) => state = other,
            }
        }
        if state & (PARKED | WOKEN) == PARKED {
            self.wake_first();
        }
        Ok(())
    }

    fn permit(&self, count: u32) -> Permit<'_> {
        Permit { semaphore: self, count }
    }

    /// Takes `count` permits, if there are that many; `mine` are the bits that the caller has set and now clears. Only
    /// the waiter that has set [`KEPT`] takes reserved permits.
    #[inline]
    fn try_take(&self, count: u32, mine: u64) -> bool {
        let mut state = self.state.load(Ordering::Relaxed);
        while permits(state) >= count && (state & KEPT & !mine == 0 || count == 0) {
            let taken = (state - u64::from(count) * ONE) & !mine;
            // Acquire: pairs with the Release of `release`.
            match self.state.compare_exchange_weak(state, taken, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(other) => state = other,
            }
        }
        false
    }

    #[cold]
    fn acquire_contended(&self, count: u32, limit: &Limit) -> Result<(), Interrupted> {
        limit.check()?;
        let mut in_vain = 0;
        // The bits that stand for this thread.
        let mut mine = 0;
        let mut backoff = Backoff::default();
        loop {
            if self.try_take(count, mine) {
                if mine != 0 {
                    // There may be enough for the next as well.
                    self.wake_first();
                }
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
            let place = Place { home: self.key(), key: self.key(), first: in_vain > 0 };
            let kept = mine & KEPT;
            match lot::park(
                place,
                limit,
                || self.stays_short(count, mine),
                || (),
                |bucket| self.left(bucket, kept),
            ) {
                Parking::Refused => {}
                Parking::Woken => {
                    mine |= WOKEN;
                    in_vain += 1;
                    backoff = Backoff::default();
                    if in_vain >= PATIENCE {
                        // While it is awake, so that nobody has to wait until it is.
                        mine |= KEPT;
                        self.state.fetch_or(KEPT, Ordering::Relaxed);
                    }
                }
                Parking::Interrupted(interrupted) => {
                    // It may have stood in the way of somebody who wants less.
                    self.wake_first();
                    return Err(interrupted);
                }
            }
        }
    }

    /// With the queue locked: sets the bits for the thread that is about to join, unless it can have its permits.
    fn stays_short(&self, count: u32, mine: u64) -> bool {
        let parked = |state| {
            let short = permits(state) < count || state & KEPT & !mine != 0;
            // Who goes to sleep is not on the way any more; the next release will see that.
            short.then_some((state | PARKED) & !(mine & WOKEN))
        };
        self.state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, parked).is_ok()
    }

    /// With the queue locked: a thread has left it, as its limit was reached.
    fn left(&self, bucket: &lot::Bucket, kept: u64) {
        let parked = if bucket.first(self.key()).is_none() { PARKED } else { 0 };
        self.state.fetch_and(!(parked | kept), Ordering::Relaxed);
    }

    /// Wakes who waits first, if there are permits and nobody is on the way.
    #[cold]
    fn wake_first(&self) {
        let first = lot::locked(self.key(), |bucket| {
            let state = self.state.load(Ordering::Relaxed);
            if permits(state) == 0 || state & WOKEN != 0 {
                return None;
            }
            let first = bucket.take(self.key())?;
            self.state.fetch_or(WOKEN, Ordering::Relaxed);
            if bucket.first(self.key()).is_none() {
                self.state.fetch_and(!PARKED, Ordering::Relaxed);
            }
            Some(first)
        });
        if let Some(first) = first {
            first.wake();
        }
    }

    fn key(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }
}

fn permits(state: u64) -> u32 {
    (state / ONE) as u32
}

/// Permits that were taken; dropping it gives them back.
#[must_use = "the permits are given back at once if this is dropped"]
#[derive(Debug)]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
    count: u32,
}

impl Permit<'_> {
    /// Does not give them back: there are fewer from now on, until somebody calls
    /// [`release`](Semaphore::release).
    pub fn forget(self) {
        std::mem::forget(self);
    }

    /// How many permits these are.
    pub fn count(&self) -> u32 {
        self.count
    }
}

impl Drop for Permit<'_> {
    #[inline]
    fn drop(&mut self) {
        // It fails if others have released what they did not have, and there is no room for these.
        let _ = self.semaphore.release(self.count);
    }
}

/// A [`Semaphore`] that never has more permits than at first.
///
/// Dropped permits cannot release too often; a call of [`release`](Self::release) can, and is refused. A missing release
/// cannot be noticed, here as in Python.
///
/// ```
/// use ungil_primitives::{BoundedSemaphore, TooManyPermits};
///
/// let tables = BoundedSemaphore::new(2);
/// let table = tables.acquire();
/// drop(table);
/// assert_eq!(tables.release(1), Err(TooManyPermits));
/// ```
pub struct BoundedSemaphore {
    semaphore: Semaphore,
    most: u32,
}

impl BoundedSemaphore {
    const_fn! {
        /// So many permits, and never more.
        pub fn new(permits: u32) -> Self {
            BoundedSemaphore { semaphore: Semaphore::new(permits), most: permits }
        }
    }

    /// See [`Semaphore::acquire`].
    #[inline]
    pub fn acquire(&self) -> Permit<'_> {
        self.semaphore.acquire()
    }

    /// See [`Semaphore::acquire_many`]. More than there ever are block for ever.
    #[inline]
    pub fn acquire_many(&self, count: u32) -> Permit<'_> {
        self.semaphore.acquire_many(count)
    }

    /// See [`Semaphore::try_acquire`].
    #[inline]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.semaphore.try_acquire()
    }

    /// See [`Semaphore::try_acquire_many`].
    #[inline]
    pub fn try_acquire_many(&self, count: u32) -> Option<Permit<'_>> {
        self.semaphore.try_acquire_many(count)
    }

    /// See [`Semaphore::acquire_timeout`].
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if there was none in that time.
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<Permit<'_>, Interrupted> {
        self.semaphore.acquire_timeout(timeout)
    }

    /// See [`Semaphore::acquire_until`].
    ///
    /// # Errors
    ///
    /// What of `limit` came first.
    pub fn acquire_until(&self, limit: impl Into<Limit>) -> Result<Permit<'_>, Interrupted> {
        self.semaphore.acquire_until(limit)
    }

    /// See [`Semaphore::acquire_many_until`].
    ///
    /// # Errors
    ///
    /// What of `limit` came first; then it has taken none.
    pub fn acquire_many_until(&self, count: u32, limit: impl Into<Limit>) -> Result<Permit<'_>, Interrupted> {
        self.semaphore.acquire_many_until(count, limit)
    }

    /// Gives `count` permits back, from any thread.
    ///
    /// # Errors
    ///
    /// [`TooManyPermits`] if there were more of them than at first; then it has given none.
    #[inline]
    pub fn release(&self, count: u32) -> Result<(), TooManyPermits> {
        self.semaphore.release_up_to(count, self.most)
    }

    /// See [`Semaphore::available`].
    pub fn available(&self) -> u32 {
        self.semaphore.available()
    }
}

/// The error of `release`: there would be more permits than there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyPermits;

impl fmt::Display for TooManyPermits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("release of more permits than there may be")
    }
}

impl std::error::Error for TooManyPermits {}

/// As Python's: one permit.
impl Default for Semaphore {
    fn default() -> Self {
        Semaphore::new(1)
    }
}

/// As Python's: one permit.
impl Default for BoundedSemaphore {
    fn default() -> Self {
        BoundedSemaphore::new(1)
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore").field("available", &self.available()).finish()
    }
}

impl fmt::Debug for BoundedSemaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundedSemaphore")
            .field("available", &self.available())
            .field("most", &self.most)
            .finish()
    }
}
