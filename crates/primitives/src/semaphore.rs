//! Python's `Semaphore` and `BoundedSemaphore`: a number of permits; a thread that finds none waits.

use std::fmt;
use std::time::Duration;

use ungil_threads::{Interrupted, Limit};

use crate::fair_queue::{FairQueue, must_wake};
use crate::parking_lot::Kind;
use ungil_sync::atomic::{AtomicU32, AtomicU64, Ordering};
use ungil_sync::const_fn;

/// One permit: their number stands above the bits of the queue.
const ONE: u64 = 8;

/// A number of permits. `acquire` takes one, and blocks while there is none.
///
/// It has no upper bound but `u32::MAX`: [`release`](Self::release) may make more permits than there were at first.
/// [`BoundedSemaphore`] refuses that.
///
/// **Order.** A thread that arrives while there are enough permits takes them, although others may sleep: a hand-off at
/// each release would cost a switch of threads each time. Sleeping threads are woken in order of arrival (FIFO). All
/// permits are reserved for a woken waiter that has lost the race four times, or that has not run yet while another
/// thread reacquired permits for about a millisecond: then that waiter is the next to take permits, and one that wants
/// many does not starve.
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
    /// The number of permits times [`ONE`], and bits. `PARKED` and the setting of `WOKEN` are guarded by the queue's lock,
    /// the rest by no lock:
    ///
    /// | bits | means | next |
    /// |---|---|---|
    /// | none | no waiter | `PARKED` |
    /// | `PARKED` | waiters sleep, too few permits for the first | `release` wakes the first: `PARKED` and `WOKEN`, or `WOKEN` for the last one |
    /// | `WOKEN`, any of the others | a woken waiter and new threads race | the waiter takes its permits, or sleeps again: without `WOKEN` |
    /// | `RESERVED`, any of the others | new threads wait, also if there are permits | the waiter takes its permits: without `RESERVED` |
    state: AtomicU64,
}

impl Semaphore {
    const_fn! {
        /// A semaphore with `permits` permits.
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
        if !self.try_take_many(count) {
            // Without a limit it cannot fail.
            let _ = self.acquire_contended(count, &Limit::none());
        }
        self.permit(count)
    }

    /// Takes a permit if there is one. Never blocks.
    #[inline]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.try_acquire_many(1)
    }

    /// Takes `count` permits if there are as many. Never blocks.
    #[inline]
    pub fn try_acquire_many(&self, count: u32) -> Option<Permit<'_>> {
        self.try_take_many(count).then(|| self.permit(count))
    }

    /// Takes a permit as [`acquire`](Self::acquire) does, but waits at most for `timeout`.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if there was no permit in that time.
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<Permit<'_>, Interrupted> {
        self.try_acquire().map_or_else(|| self.acquire_until(timeout), Ok)
    }

    /// Takes a permit as [`acquire`](Self::acquire) does, but waits only until `limit` is reached.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    pub fn acquire_until(&self, limit: impl Into<Limit>) -> Result<Permit<'_>, Interrupted> {
        self.acquire_many_until(1, limit)
    }

    /// Takes permits as [`acquire_many`](Self::acquire_many) does, but waits only until `limit` is reached.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first; no permit is taken then.
    pub fn acquire_many_until(&self, count: u32, limit: impl Into<Limit>) -> Result<Permit<'_>, Interrupted> {
        if !self.try_take_many(count) {
            self.acquire_contended(count, &limit.into())?;
        }
        Ok(self.permit(count))
    }

    /// Adds `count` permits. Any thread may do so, also without having taken any.
    ///
    /// A `release` happens before the `acquire` that takes its permits.
    ///
    /// # Errors
    ///
    /// [`TooManyPermits`] if there were more than `u32::MAX` then; no permit is added.
    #[inline]
    pub fn release(&self, count: u32) -> Result<(), TooManyPermits> {
        // Before the release: after it, the semaphore may be freed.
        let key = self.address().key;
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            if count > u32::MAX - permits(state) {
                return Err(TooManyPermits);
            }
            let released = state + u64::from(count) * ONE;
            // Release: pairs with the Acquire of `try_take`.
            match self.state.compare_exchange_weak(state, released, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => break,
                Err(other) => state = other,
            }
        }
        // Adding no permit is no reason to wake a waiter.
        if count > 0 && must_wake(state) {
            Self::wake_first(key);
        }
        Ok(())
    }

    /// The number of permits. The answer may be outdated when the caller gets it.
    pub fn available(&self) -> u32 {
        permits(self.state.load(Ordering::Relaxed))
    }

    fn permit(&self, count: u32) -> Permit<'_> {
        Permit { semaphore: self, forgotten: None, count }
    }

    /// No permits are always there, also while the others are reserved.
    #[inline]
    fn try_take_many(&self, count: u32) -> bool {
        count == 0 || self.try_take(request(count), 0).is_some()
    }

    #[cold]
    fn acquire_contended(&self, count: u32, limit: &Limit) -> Result<(), Interrupted> {
        self.take_contended(request(count), limit, false)
    }
}

impl FairQueue for Semaphore {
    const KIND: Kind = Kind::Semaphore;

    fn is_available(state: u64) -> bool {
        permits(state) > 0
    }

    fn load(&self) -> u64 {
        self.state.load(Ordering::Relaxed)
    }

    #[inline]
    fn update(&self, change: Ordering, f: impl Fn(u64) -> Option<u64>) -> Option<u64> {
        self.state.fetch_update(change, Ordering::Relaxed, f).ok()
    }
}

/// The request of a thread that takes `count` permits.
#[inline]
fn request(count: u32) -> impl Fn(u64) -> Option<u64> {
    // What is below a permit is less than a permit: too few permits are an underflow.
    move |state| state.checked_sub(u64::from(count) * ONE)
}

fn permits(state: u64) -> u32 {
    (state / ONE) as u32
}

/// Permits that a thread has taken; dropping it releases them.
#[must_use = "the permits are released at once if this is dropped"]
#[derive(Debug)]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
    /// Of a [`BoundedSemaphore`]: counts its forgotten permits.
    forgotten: Option<&'a AtomicU32>,
    count: u32,
}

impl Permit<'_> {
    /// Keeps the permits out of the semaphore: there are fewer until a thread calls [`release`](Semaphore::release).
    pub fn forget(self) {
        if let Some(forgotten) = self.forgotten {
            // Relaxed: only the number counts. It cannot overflow, as there are no more permits than the bound.
            forgotten.fetch_add(self.count, Ordering::Relaxed);
        }
        std::mem::forget(self);
    }

    /// The number of permits.
    pub fn count(&self) -> u32 {
        self.count
    }
}

impl Drop for Permit<'_> {
    #[inline]
    fn drop(&mut self) {
        // It fails if threads have released more than they took, and there is no room for these; never if bounded.
        let _ = self.semaphore.release(self.count);
    }
}

/// A [`Semaphore`] that never has more permits than at first.
///
/// [`release`](Self::release) adds only permits that [`Permit::forget`] has kept out: a permit that a guard still holds comes
/// back when the guard is dropped. (Python's releases count against the bound alone, so a release too many may take the place
/// of another thread's.) A missing release is not detected, here as in Python.
///
/// ```
/// use ungil_primitives::{BoundedSemaphore, TooManyPermits};
///
/// let tables = BoundedSemaphore::new(2);
/// let table = tables.acquire();
/// assert_eq!(tables.release(1), Err(TooManyPermits)); // `table` holds it
/// table.forget();
/// assert_eq!(tables.release(1), Ok(()));
/// assert_eq!(tables.available(), 2);
/// ```
pub struct BoundedSemaphore {
    semaphore: Semaphore,
    /// How many permits were kept out by [`Permit::forget`] and not released. Available, held and forgotten permits are
    /// together as many as at first. Guarded by no lock.
    forgotten: AtomicU32,
}

impl BoundedSemaphore {
    const_fn! {
        /// A semaphore with `permits` permits, and never more.
        pub fn new(permits: u32) -> Self {
            BoundedSemaphore { semaphore: Semaphore::new(permits), forgotten: AtomicU32::new(0) }
        }
    }

    /// See [`Semaphore::acquire`].
    #[inline]
    pub fn acquire(&self) -> Permit<'_> {
        self.bounded(self.semaphore.acquire())
    }

    /// See [`Semaphore::acquire_many`]. It blocks for ever if `count` is more than there were at first.
    #[inline]
    pub fn acquire_many(&self, count: u32) -> Permit<'_> {
        self.bounded(self.semaphore.acquire_many(count))
    }

    /// See [`Semaphore::try_acquire`].
    #[inline]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.semaphore.try_acquire().map(|permit| self.bounded(permit))
    }

    /// See [`Semaphore::try_acquire_many`].
    #[inline]
    pub fn try_acquire_many(&self, count: u32) -> Option<Permit<'_>> {
        self.semaphore.try_acquire_many(count).map(|permit| self.bounded(permit))
    }

    /// See [`Semaphore::acquire_timeout`].
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if there was no permit in that time.
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<Permit<'_>, Interrupted> {
        self.semaphore.acquire_timeout(timeout).map(|permit| self.bounded(permit))
    }

    /// See [`Semaphore::acquire_until`].
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    pub fn acquire_until(&self, limit: impl Into<Limit>) -> Result<Permit<'_>, Interrupted> {
        self.acquire_many_until(1, limit)
    }

    /// See [`Semaphore::acquire_many_until`].
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first; no permit is taken then.
    pub fn acquire_many_until(&self, count: u32, limit: impl Into<Limit>) -> Result<Permit<'_>, Interrupted> {
        self.semaphore.acquire_many_until(count, limit).map(|permit| self.bounded(permit))
    }

    /// Adds `count` permits that were forgotten. Any thread may do so.
    ///
    /// # Errors
    ///
    /// [`TooManyPermits`] if fewer were [forgotten](Permit::forget) and not released yet; no permit is added.
    #[inline]
    pub fn release(&self, count: u32) -> Result<(), TooManyPermits> {
        // Relaxed: only the number counts. The semaphore orders what the threads did.
        let forgotten = |forgotten: u32| forgotten.checked_sub(count);
        self.forgotten
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, forgotten)
            .map_err(|_| TooManyPermits)?;
        self.semaphore.release(count)
    }

    fn bounded<'a>(&'a self, permit: Permit<'a>) -> Permit<'a> {
        let permit = std::mem::ManuallyDrop::new(permit);
        Permit { semaphore: permit.semaphore, forgotten: Some(&self.forgotten), count: permit.count }
    }

    /// See [`Semaphore::available`].
    pub fn available(&self) -> u32 {
        self.semaphore.available()
    }
}

/// The error of `release`: there would be more permits than the semaphore may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyPermits;

impl fmt::Display for TooManyPermits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("release of more permits than there may be")
    }
}

impl std::error::Error for TooManyPermits {}

/// One permit, as in Python.
impl Default for Semaphore {
    fn default() -> Self {
        Semaphore::new(1)
    }
}

/// One permit, as in Python.
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
            .field("forgotten", &self.forgotten.load(Ordering::Relaxed))
            .finish()
    }
}
