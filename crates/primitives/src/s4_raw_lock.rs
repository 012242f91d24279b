//! Step 4, the lock that ships: one integer, and a queue in the parking lot while threads wait.
//!
//! It has what step 3 lacks. Sleeping threads are woken in order of arrival (FIFO). `release` wakes no one while a woken
//! waiter has not run yet. If that waiter loses the race four times, or has not run within about 1 ms, the lock is
//! reserved for it.

use std::fmt;
use std::time::Duration;

use ungil_threads::{Interrupted, Limit};

use crate::fair_queue::{FairQueue, must_wake};
use crate::parking_lot::Kind;
use ungil_sync::atomic::{AtomicU32, Ordering};
use ungil_sync::const_fn;

/// A thread holds the lock. The bits below it are those of the queue.
const LOCKED: u32 = 8;

/// Python's `Lock`: `acquire` and `release`, and no owner.
///
/// Any thread may release it, also one that has never acquired it. That makes it a binary semaphore, and the lecture's
/// "WAT?" possible. To protect a value, use [`Lock`](crate::Lock): its guard releases it.
///
/// It is four bytes large. Without contention, `acquire` and `release` are one atomic operation each and no system call.
/// A waiter spins for a moment and then sleeps, which costs no CPU.
///
/// **Order.** A thread that arrives while the lock is free takes it, although others may sleep: a hand-off at each release
/// would cost a switch of threads each time. Sleeping threads are woken in order of arrival (FIFO). The lock is reserved
/// for a woken waiter that has lost the race four times, or that has not run yet while another thread reacquired the
/// lock for about a millisecond: then that waiter is the next holder.
///
/// A `release` happens before the `acquire` that follows it.
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
    /// `LOCKED` and bits. `PARKED` and the setting of `WOKEN` are guarded by the queue's lock, the rest by no lock:
    ///
    /// | state | means | next |
    /// |---|---|---|
    /// | 0 | free, no waiter | `LOCKED` |
    /// | `LOCKED` | held, no sleeping waiter | 0; with `PARKED` |
    /// | `LOCKED`, `PARKED` | held, waiters sleep | `release` wakes the first: `PARKED` and `WOKEN`, or `WOKEN` for the last one |
    /// | `WOKEN`, any of the others | a woken waiter and new threads race | the waiter takes the lock, or sleeps again: without `WOKEN` |
    /// | `RESERVED`, any of the others | new threads wait, also if the lock is free | the waiter takes the lock: without `RESERVED` |
    state: AtomicU32,
}

// ANCHOR: fast
impl RawLock {
    /// Blocks until the lock is free, and takes it. The holder itself would wait until another thread releases the lock.
    #[inline]
    pub fn acquire(&self) {
        if !self.try_acquire_free() {
            // Without a limit it cannot fail.
            let _ = self.acquire_contended(&Limit::none(), false);
        }
    }

    /// Releases the lock. Any thread may do so.
    ///
    /// # Errors
    ///
    /// [`NotLocked`] if no thread holds it.
    #[inline]
    pub fn release(&self) -> Result<(), NotLocked> {
        // Release: pairs with the Acquire of `acquire`.
        match self.state.compare_exchange(LOCKED, 0, Ordering::Release, Ordering::Relaxed) {
            Ok(_) => Ok(()),
            Err(_) => self.release_contended(),
        }
    }

    /// Takes the lock if it is free and has no waiter.
    #[inline]
    fn try_acquire_free(&self) -> bool {
        self.state.compare_exchange(0, LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }
}
// ANCHOR_END: fast

impl RawLock {
    const_fn! {
        /// A free lock.
        pub fn new() -> Self {
            RawLock { state: AtomicU32::new(0) }
        }
    }

    /// Acquires the lock if it is free. Never blocks.
    #[inline]
    pub fn try_acquire(&self) -> bool {
        self.try_acquire_free() || self.try_take(request, 0).is_some()
    }

    /// Acquires the lock as [`acquire`](Self::acquire) does, but waits at most for `timeout`.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if the lock was not free in that time.
    pub fn acquire_timeout(&self, timeout: Duration) -> Result<(), Interrupted> {
        // Without contention the clock is not read.
        if self.try_acquire() { Ok(()) } else { self.acquire_contended(&Limit::timeout(timeout), false) }
    }

    /// Acquires the lock as [`acquire`](Self::acquire) does, but waits only until `limit` is reached.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    pub fn acquire_until(&self, limit: impl Into<Limit>) -> Result<(), Interrupted> {
        if self.try_acquire() { Ok(()) } else { self.acquire_contended(&limit.into(), false) }
    }

    /// Whether a thread holds the lock. The answer may be outdated when the caller gets it.
    pub fn is_locked(&self) -> bool {
        self.state.load(Ordering::Relaxed) & LOCKED != 0
    }

    /// Releases the lock. The caller holds it.
    #[inline]
    pub(crate) fn release_held(&self) {
        let key = self.address().key;
        // Release: pairs with the Acquire of `acquire`. A subtraction is faster than the compare-exchange of `release`, and
        // fastest if its result is only compared, so the bits are read before.
        if self.state.load(Ordering::Relaxed) != LOCKED {
            self.release_to_waiters();
        } else if self.state.fetch_sub(LOCKED, Ordering::Release) != LOCKED {
            // A waiter has come meanwhile. The lock may have been freed already.
            Self::wake_first(key);
        }
    }

    /// Releases the lock. The caller holds it, and has seen other bits.
    #[cold]
    fn release_to_waiters(&self) {
        let key = self.address().key;
        // Release: pairs with the Acquire of `acquire`.
        if must_wake(self.state.fetch_sub(LOCKED, Ordering::Release).into()) {
            Self::wake_first(key);
        }
    }

    /// `woken`: this thread was in the queue and has been unparked.
    #[cold]
    pub(crate) fn acquire_contended(&self, limit: &Limit, woken: bool) -> Result<(), Interrupted> {
        self.take_contended(request, limit, woken)
    }

    #[cold]
    fn release_contended(&self) -> Result<(), NotLocked> {
        let key = self.address().key;
        let free = |state| (state & LOCKED != 0).then_some(state & !LOCKED);
        // Release: pairs with the Acquire of `acquire`.
        let before =
            self.state.fetch_update(Ordering::Release, Ordering::Relaxed, free).map_err(|_| NotLocked)?;
        if must_wake(before.into()) {
            Self::wake_first(key);
        }
        Ok(())
    }
}

impl FairQueue for RawLock {
    const KIND: Kind = Kind::RawLock;

    fn is_available(state: u64) -> bool {
        request(state).is_some()
    }

    fn load(&self) -> u64 {
        self.state.load(Ordering::Relaxed).into()
    }

    #[inline]
    fn update(&self, change: Ordering, f: impl Fn(u64) -> Option<u64>) -> Option<u64> {
        let f = |state: u32| f(state.into()).map(|state| state as u32);
        self.state.fetch_update(change, Ordering::Relaxed, f).ok().map(u64::from)
    }
}

/// The request of a thread that acquires the lock.
#[inline]
fn request(state: u64) -> Option<u64> {
    (state & u64::from(LOCKED) == 0).then_some(state | u64::from(LOCKED))
}

/// The error of [`RawLock::release`]: no thread holds the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLocked;

impl fmt::Display for NotLocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("release of a lock that no thread holds")
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
