//! Step 4, the lock that ships: one integer, and a queue in the parking lot while threads wait.
//!
//! It has what step 3 lacks. Sleeping threads are woken in order of arrival (FIFO). `release` wakes no one while a woken
//! waiter has not run yet. If that waiter loses the race four times, or has not run within about 1 ms, the lock is
//! reserved for it.

use std::fmt;
use std::time::Duration;

use ungil_threads::{Interrupted, Limit};

use crate::backoff::{Backoff, FairTimeout};
use crate::parking_lot::{self, Address, Bucket, ParkResult};
use ungil_sync::atomic::{AtomicU32, Ordering};
use ungil_sync::const_fn;

/// A thread holds the lock.
const LOCKED: u32 = 1;
/// Threads sleep in the lock's queue. Changed only while the queue is locked.
const PARKED: u32 = 2;
/// A woken waiter has not run yet: a release need not wake another.
const WOKEN: u32 = 4;
/// Only the waiter that was woken last may take the lock, also once it sleeps again, at the front of the queue.
const RESERVED: u32 = 8;

/// How many races a woken waiter may lose before the lock is reserved for it.
///
/// Without a bound a waiter could starve; with 0, every release to a waiter would be a switch of threads. A model needs
/// 1 to get there.
const LOST_RACES: u32 = if cfg!(ungil_model) { 1 } else { 4 };

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
    /// Bits:
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
        self.try_acquire_free() || self.try_take(0)
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

    /// The address of its queue in the parking lot.
    pub(crate) fn home(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// Releases the lock. The caller holds it.
    #[inline]
    pub(crate) fn release_held(&self) {
        // Release: pairs with the Acquire of `acquire`. A subtraction is faster than the compare-exchange of `release`; and
        // fastest if its result is only compared with 0.
        if self.state.fetch_sub(LOCKED, Ordering::Release) != LOCKED {
            self.after_release();
        }
    }

    /// Takes the lock if it is free, and clears `own`, the bits that stand for the caller. A reserved lock is free only
    /// for a caller whose `own` has [`RESERVED`].
    #[inline]
    fn try_take(&self, own: u32) -> bool {
        let mut state = self.state.load(Ordering::Relaxed);
        while is_free(state, own) {
            let taken = (state | LOCKED) & !own;
            // Acquire: pairs with the Release of `release`.
            match self.state.compare_exchange_weak(state, taken, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(other) => state = other,
            }
        }
        false
    }

    /// `woken`: this thread was in the queue and has been unparked, so the bit [`WOKEN`] stands for it.
    #[cold]
    pub(crate) fn acquire_contended(&self, limit: &Limit, woken: bool) -> Result<(), Interrupted> {
        limit.check()?;
        // The bits that stand for this thread.
        let mut own = if woken { WOKEN | RESERVED } else { 0 };
        let mut lost_races = u32::from(woken);
        let mut backoff = Backoff::default();
        loop {
            if self.try_take(own) {
                return Ok(());
            }
            let spins = if own & WOKEN != 0 {
                backoff.spin()
            } else {
                // A thread that finds a queue joins it: by spinning it would only delay the first waiter.
                self.state.load(Ordering::Relaxed) & PARKED == 0 && backoff.snooze()
            };
            if spins {
                continue;
            }
            let addr = Address { front: lost_races > 0, ..Address::of(self) };
            let reserved = own & RESERVED;
            match parking_lot::park(
                addr,
                limit,
                || self.validate(own),
                || (),
                |bucket| self.timed_out(bucket, reserved),
            ) {
                ParkResult::Invalid => {}
                ParkResult::Unparked => {
                    // No other waiter is woken before this thread has the lock or sleeps again at the front, so the lock
                    // can be reserved only for this thread.
                    own |= WOKEN | RESERVED;
                    lost_races += 1;
                    backoff = Backoff::default();
                    if lost_races >= LOST_RACES {
                        // While this thread is awake, so that no other has to wait for its wake-up.
                        self.state.fetch_or(RESERVED, Ordering::Relaxed);
                    }
                }
                ParkResult::TimedOut(interrupted) => return Err(interrupted),
            }
        }
    }

    /// With the queue locked: sets the bits for the caller, which is about to join, unless the lock is free for it.
    fn validate(&self, own: u32) -> bool {
        let parked = |state| {
            // A waiter that sleeps again is not woken any more: the holder's release has to wake the first one.
            (!is_free(state, own)).then_some((state | PARKED) & !(own & WOKEN))
        };
        self.state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, parked).is_ok()
    }

    /// With the queue locked, by the holder: threads were requeued to this lock.
    pub(crate) fn requeued(&self) {
        self.state.fetch_or(PARKED, Ordering::Relaxed);
    }

    /// With the queue locked: a thread has left the queue at its limit.
    fn timed_out(&self, bucket: &Bucket, reserved: u32) {
        let parked = if bucket.is_empty(self.home()) { PARKED } else { 0 };
        self.state.fetch_and(!(parked | reserved), Ordering::Relaxed);
    }

    #[cold]
    fn release_contended(&self) -> Result<(), NotLocked> {
        let free = |state| (state & LOCKED != 0).then_some(state & !LOCKED);
        // Release: pairs with the Acquire of `acquire`.
        self.state.fetch_update(Ordering::Release, Ordering::Relaxed, free).map_err(|_| NotLocked)?;
        self.after_release();
        Ok(())
    }

    /// The caller has released the lock and has seen other bits.
    #[cold]
    fn after_release(&self) {
        let state = self.state.load(Ordering::Relaxed);
        if state & (PARKED | WOKEN) == PARKED {
            self.wake_first();
        } else if state & (WOKEN | RESERVED) == WOKEN && FairTimeout::should_timeout() {
            // Unless the waiter has run meanwhile.
            let reserve = |state| (state & WOKEN != 0).then_some(state | RESERVED);
            let _ = self.state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, reserve);
        }
    }

    /// Wakes the first waiter, unless a woken one has not run yet.
    fn wake_first(&self) {
        let first = parking_lot::with_bucket(self.home(), |bucket| {
            if self.state.load(Ordering::Relaxed) & WOKEN != 0 {
                return None;
            }
            let first = bucket.dequeue(self.home())?;
            let last = bucket.is_empty(self.home());
            // Only a thread that has the queue locked sets these bits, and only a woken waiter clears WOKEN: there is none.
            self.state.fetch_xor(if last { WOKEN | PARKED } else { WOKEN }, Ordering::Relaxed);
            Some(first)
        });
        if let Some(first) = first {
            first.unpark();
        }
    }
}

/// Whether the lock is free for a thread with the bits `own`.
fn is_free(state: u32, own: u32) -> bool {
    state & LOCKED == 0 && state & RESERVED & !own == 0
}

/// The error of [`RawLock::release`]: no thread holds the lock.
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
