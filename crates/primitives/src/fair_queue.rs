//! The order of waiters, of the lock and of the semaphore: which waiter a release wakes, and when it goes before new
//! threads.
//!
//! A new thread takes the lock or the permits if it can, although others may sleep. Sleeping threads are woken in order
//! of arrival (FIFO). A release wakes no one while a woken waiter has not run yet. If that waiter loses the race four
//! times, or has not run within about 1 ms, the lock or all permits are reserved for it.

use ungil_threads::{Interrupted, Limit};

use crate::backoff::{Backoff, FairTimeout};
use crate::parking_lot::{self, Address, Bucket, Key, Kind, ParkResult};
use ungil_sync::atomic::Ordering;

/// Threads sleep in the queue. Changed only while the queue is locked.
pub(crate) const PARKED: u64 = 1;
/// A woken waiter has not run yet: a release need not wake another. Set only while the queue is locked, cleared only by
/// that waiter.
pub(crate) const WOKEN: u64 = 2;
/// Only the waiter that was woken last may take the lock or permits, also once it sleeps again, at the front of the queue.
pub(crate) const RESERVED: u64 = 4;

/// How many races a woken waiter may lose before [`RESERVED`] is set for it.
///
/// Without a bound a waiter could starve; with 0, every release to a waiter would be a switch of threads. A model needs
/// 1 to get there.
const LOST_RACES: u32 = if cfg!(ungil_model) { 1 } else { 4 };

/// An object that threads queue for, at its address in the parking lot. The lowest bits of its state are those of this
/// module; the lock or the permits are above them.
///
/// A caller's `request` computes the state after taking the lock or permits, without regard to this module's bits;
/// `None` if they are not free.
pub(crate) trait FairQueue: Sized {
    /// Whose objects these are.
    const KIND: Kind;

    /// Whether `state` is enough for the smallest request: the next waiter may want less than the caller.
    fn is_available(state: u64) -> bool;

    /// Reads the state. Relaxed.
    fn load(&self) -> u64;

    /// Changes the state to the result of `f`, and returns the state before; or `None` if `f` returns `None`. `change` is
    /// the ordering of a change.
    fn update(&self, change: Ordering, f: impl Fn(u64) -> Option<u64>) -> Option<u64>;

    /// Grants the request if it can, and clears `own`, the bits that stand for the caller. While the lock or the permits
    /// are reserved, only a caller whose `own` has [`RESERVED`] is granted its request.
    /// Returns the state before.
    #[inline]
    fn try_take(&self, request: impl Fn(u64) -> Option<u64>, own: u64) -> Option<u64> {
        // Acquire: pairs with the Release of the object's release.
        let before = self.update(Ordering::Acquire, |state| granted(&request, state, own))?;
        if before & (WOKEN | RESERVED) & !own == WOKEN && FairTimeout::should_timeout() {
            self.reserve_for_woken();
        }
        Some(before)
    }

    /// The caller has overtaken the woken waiter for long enough, and still has the lock or permits: so the object lives.
    #[cold]
    fn reserve_for_woken(&self) {
        // Unless the waiter sleeps again.
        self.update(Ordering::Relaxed, |state| (state & WOKEN != 0).then_some(state | RESERVED));
    }

    /// Blocks until the request is granted or `limit` is reached.
    ///
    /// `woken`: this thread was in the queue and has been unparked, so the bit [`WOKEN`] stands for it.
    fn take_contended(
        &self,
        request: impl Fn(u64) -> Option<u64>,
        limit: &Limit,
        woken: bool,
    ) -> Result<(), Interrupted> {
        limit.check()?;
        // The bits that stand for this thread.
        let mut own = if woken { WOKEN | RESERVED } else { 0 };
        let mut lost_races = u32::from(woken);
        let mut backoff = if woken { Backoff::woken() } else { Backoff::new() };
        loop {
            if let Some(before) = self.try_take(&request, own) {
                // There may be permits for the next waiter as well.
                if own != 0 && request(before).is_some_and(Self::is_available) {
                    Self::wake_first(self.address().key);
                }
                return Ok(());
            }
            // A thread that finds a queue joins it: by spinning it would only delay the first waiter.
            if !backoff.is_completed() && (own != 0 || self.load() & PARKED == 0) {
                backoff.snooze();
                continue;
            }
            match parking_lot::park(
                Address { front: own != 0, ..self.address() },
                limit,
                || self.validate(&request, own),
                || (),
                |bucket| self.timed_out(bucket, own & RESERVED),
            ) {
                ParkResult::Invalid => {}
                ParkResult::Unparked => {
                    // No other waiter is woken before this thread's request is granted or this thread sleeps again at
                    // the front, so RESERVED can only be set for this thread.
                    own = WOKEN | RESERVED;
                    lost_races += 1;
                    backoff = Backoff::woken();
                    if lost_races >= LOST_RACES {
                        // While this thread is awake, so that no other has to wait for its wake-up.
                        self.update(Ordering::Relaxed, |state| Some(state | RESERVED));
                    }
                }
                ParkResult::TimedOut(interrupted) => {
                    // The next waiter may want fewer permits.
                    if Self::is_available(self.load()) {
                        Self::wake_first(self.address().key);
                    }
                    return Err(interrupted);
                }
            }
        }
    }

    /// With the queue locked: sets the bits for the caller, which is about to join, unless its request can be granted.
    fn validate(&self, request: impl Fn(u64) -> Option<u64>, own: u64) -> bool {
        let parked = |state| {
            // A waiter that sleeps again is not woken any more: the next release has to wake the first one.
            granted(&request, state, own).is_none().then_some((state | PARKED) & !(own & WOKEN))
        };
        self.update(Ordering::Relaxed, parked).is_some()
    }

    /// With the queue locked: a thread has left the queue at its limit.
    fn timed_out(&self, bucket: &Bucket, reserved: u64) {
        let parked = if bucket.is_empty(self.address().key) { PARKED } else { 0 };
        self.update(Ordering::Relaxed, |state| Some(state & !(parked | reserved)));
    }

    /// With the queue locked: threads were requeued to this object.
    fn requeued(&self) {
        self.update(Ordering::Relaxed, |state| Some(state | PARKED));
    }

    /// Wakes the first waiter of the object of `key`, unless a woken one has not run yet.
    ///
    /// A caller that has just released the lock or a permit may not use the object any more, as its next holder may have
    /// freed it: only a thread in the queue shows that the object lives.
    #[cold]
    fn wake_first(key: Key) {
        let first = parking_lot::with_bucket(key.address, |bucket| {
            if bucket.is_empty(key) {
                return None;
            }
            // SAFETY: a thread in the queue is in a method of the object, which has this address and, as the kind says,
            // this type. The thread cannot leave while the bucket is locked, so the object lives. The thread has exposed
            // the address: see `address`.
            let object: &Self = unsafe { &*std::ptr::with_exposed_provenance(key.address) };
            if object.load() & WOKEN != 0 {
                return None;
            }
            let first = bucket.dequeue(key)?;
            let last = if bucket.is_empty(key) { PARKED } else { 0 };
            object.update(Ordering::Relaxed, |state| Some((state | WOKEN) & !last));
            Some(first)
        });
        if let Some(first) = first {
            first.unpark();
        }
    }

    /// Its queue in the parking lot.
    #[inline]
    fn address(&self) -> Address {
        // For `wake_first`.
        std::ptr::from_ref(self).expose_provenance();
        Address::of(Self::KIND, self)
    }
}

/// Whether a release has to wake a waiter; `state` is the state before the release or after it.
#[inline]
pub(crate) fn must_wake(state: u64) -> bool {
    state & (PARKED | WOKEN) == PARKED
}

/// The state after granting `request` to a thread with the bits `own`; `None` if the thread has to wait.
fn granted(request: impl Fn(u64) -> Option<u64>, state: u64, own: u64) -> Option<u64> {
    let taken = request(state)?;
    (state & RESERVED & !own == 0).then_some(taken & !own)
}
