//! The parking lot: where threads sleep, in queues by address.
//!
//! A lock of four bytes has no room for a queue, and needs one only while somebody waits. So the queues stand here,
//! for all locks of the process, in a table by address; the idea is WebKit's. A thread that waits puts itself into the
//! queue of the object's *home*, and sleeps on an integer of its own until somebody takes it out and wakes it.
//!
//! Three things come out of it that the kernel's queues do not give: who was woken and came too late keeps its place at
//! the front; threads can be moved to another queue without waking them; and a stop token can wake one certain thread.

use std::collections::VecDeque;
use std::sync::Arc;

use ungil_threads::{Interrupted, Limit};

#[cfg(not(ungil_model))]
use crate::s3_futex::FutexLock as Mutex;
use ungil_sync::atomic::{AtomicU32, Ordering};
use ungil_sync::{futex, thread_local};

/// A thread's own integer, which it sleeps on.
#[derive(Debug)]
struct Waiter {
    state: AtomicU32,
}

/// In a queue, or about to be.
const ASLEEP: u32 = 0;
/// In a queue still, but its token asks it to stop.
const STOPPED: u32 = 1;
/// Taken out of the queue. From here on the waiter's thread may use it for its next sleep.
const WOKEN: u32 = 2;

thread_local! {
    static WAITER: Arc<Waiter> = Arc::new(Waiter { state: AtomicU32::new(WOKEN) });
}

/// A thread in a queue.
#[derive(Debug)]
pub(crate) struct Parked {
    /// What it waits for: the address of the object.
    key: usize,
    waiter: Arc<Waiter>,
}

impl Parked {
    /// Lets it run: it looks for itself whether it can go on. Only without the queue's lock, so that it does not run
    /// into it.
    pub(crate) fn wake(self) {
        // Release: what the waker did before is visible to the woken. The waiter is not touched after this but for its
        // address: the `Arc` keeps it, even if the thread has ended by then.
        self.waiter.state.store(WOKEN, Ordering::Release);
        futex::wake(&self.waiter.state, 1);
    }
}

/// The threads that wait for the objects of one home, or of several that share a place in the table.
#[derive(Debug, Default)]
pub(crate) struct Bucket {
    /// In order of arrival (FIFO).
    parked: VecDeque<Parked>,
}

impl Bucket {
    const fn new() -> Self {
        Bucket { parked: VecDeque::new() }
    }

    /// The first waiter for `key`.
    pub(crate) fn first(&self, key: usize) -> Option<&Parked> {
        self.parked.iter().find(|parked| parked.key == key)
    }

    /// Takes out who waits for `key` first.
    pub(crate) fn take(&mut self, key: usize) -> Option<Parked> {
        let at = self.parked.iter().position(|parked| parked.key == key)?;
        self.parked.remove(at)
    }

    /// Takes out all who wait for `key`, in their order.
    pub(crate) fn take_all(&mut self, key: usize) -> Vec<Parked> {
        let (taken, left): (VecDeque<_>, _) = self.parked.drain(..).partition(|parked| parked.key == key);
        self.parked = left;
        Vec::from(taken)
    }

    /// Lets the first `count` who wait for `from` wait for `to` instead, and says how many that are. They keep their
    /// places.
    pub(crate) fn redirect(&mut self, from: usize, to: usize, count: usize) -> usize {
        let first = self.parked.iter_mut().filter(|parked| parked.key == from).take(count);
        first.map(|parked| parked.key = to).count()
    }

    /// Takes out `waiter` if it still waits for `key`.
    fn leave(&mut self, key: usize, waiter: &Arc<Waiter>) -> bool {
        let at = self.parked.iter().position(|parked| Arc::ptr_eq(&parked.waiter, waiter));
        let at = at.filter(|&at| self.parked[at].key == key);
        at.map(|at| self.parked.remove(at)).is_some()
    }
}

/// Enough buckets that two locks in use rarely share one. If they do, only waiters have to look at the other's queue.
#[cfg(not(ungil_model))]
const BUCKETS: usize = 256;

/// Invariant: who sleeps is in exactly one bucket, or somebody is about to wake it. A bit in an object that says
/// "somebody sleeps" is only changed while its bucket is locked.
#[cfg(not(ungil_model))]
static TABLE: [Line; BUCKETS] = [const { Line(Mutex::new(Bucket::new())) }; BUCKETS];

/// A cache line of its own: threads that wait for different locks do not disturb each other.
#[cfg(not(ungil_model))]
#[repr(align(64))]
struct Line(Mutex<Bucket>);

/// Calls `f` with the bucket of `home`, locked: meanwhile nobody joins or leaves the queues of this home. Keep it
/// short, and wake nobody in it.
#[cfg(not(ungil_model))]
pub(crate) fn locked<R>(home: usize, f: impl FnOnce(&mut Bucket) -> R) -> R {
    // Fibonacci hashing: neighbours in memory are far from each other in the table.
    let hash = (home as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BUCKETS.ilog2());
    f(&mut TABLE[hash as usize].0.lock())
}

/// In a model there are few objects, and they meet in one bucket.
#[cfg(ungil_model)]
pub(crate) fn locked<R>(_home: usize, f: impl FnOnce(&mut Bucket) -> R) -> R {
    static BUCKET: ungil_sync::Global<Bucket> = ungil_sync::Global::new(Bucket::new);
    BUCKET.with(f)
}

/// Where and how to wait.
pub(crate) struct Place {
    /// Decides on the bucket: objects that share it can move threads from one queue to another.
    pub(crate) home: usize,
    /// The object's address.
    pub(crate) key: usize,
    /// Before all others: it was at the front already, and was woken in vain.
    pub(crate) first: bool,
}

/// How a wait has ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Parking {
    /// It has not begun: `still` said no.
    Refused,
    /// It was woken.
    Woken,
    /// The limit was reached, and nobody had woken it before.
    Interrupted(Interrupted),
}

/// Sleeps until somebody wakes it, or `limit` is reached.
///
/// With the bucket locked: `still` says whether to sleep at all, and leaves the object's "somebody sleeps" bit set;
/// `left` is called if the limit was reached, when the thread is not in the queue any more. Without it: `asleep` is
/// called when the thread is in the queue and can be woken.
pub(crate) fn park(
    place: Place,
    limit: &Limit,
    still: impl FnOnce() -> bool,
    asleep: impl FnOnce(),
    left: impl FnOnce(&Bucket),
) -> Parking {
    // A thread that is ending may have dropped its waiter already.
    let waiter =
        WAITER.try_with(Arc::clone).unwrap_or_else(|_| Arc::new(Waiter { state: AtomicU32::new(WOKEN) }));
    // Relaxed: nobody else knows this waiter now.
    waiter.state.store(ASLEEP, Ordering::Relaxed);
    // Before the queue, as a token that has stopped already calls back at once. Dropped after all else, and without
    // the bucket's lock: the drop waits for a callback that is running.
    let _registration = limit.stop_token().map(|token| {
        let waiter = Arc::clone(&waiter);
        token.on_stop(move || {
            let stop = waiter.state.compare_exchange(ASLEEP, STOPPED, Ordering::Relaxed, Ordering::Relaxed);
            if stop.is_ok() {
                futex::wake(&waiter.state, 1);
            }
        })
    });
    let queued = locked(place.home, |bucket| {
        if !still() {
            return false;
        }
        let parked = Parked { key: place.key, waiter: Arc::clone(&waiter) };
        if place.first {
            bucket.parked.push_front(parked);
        } else {
            bucket.parked.push_back(parked);
        }
        true
    });
    if !queued {
        return Parking::Refused;
    }
    asleep();
    let mut left = Some(left);
    loop {
        // Acquire: pairs with the Release of `wake`.
        let state = waiter.state.load(Ordering::Acquire);
        if state == WOKEN {
            return Parking::Woken;
        }
        // Once somebody has taken it out of the queue, the limit is void.
        let Some(leaving) = left.take() else {
            futex::wait(&waiter.state, state, None);
            continue;
        };
        let interrupted = if state == STOPPED {
            Interrupted::Stopped
        } else if futex::wait(&waiter.state, ASLEEP, limit.until()) {
            left = Some(leaving);
            continue;
        } else {
            limit.check().err().unwrap_or(Interrupted::Timeout)
        };
        let gone = locked(place.home, |bucket| {
            let here = bucket.leave(place.key, &waiter);
            if here {
                leaving(bucket);
            }
            here
        });
        if gone {
            return Parking::Interrupted(interrupted);
        }
    }
}
