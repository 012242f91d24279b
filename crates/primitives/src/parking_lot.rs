//! The parking lot: threads sleep here, in queues by address.
//!
//! A lock of four bytes has no room for a queue, and needs one only while threads wait. So one table holds the queues of
//! all locks of the process, by the locks' addresses; the idea is WebKit's. A thread that parks joins the queue of its
//! address, and sleeps on an integer of its own until another thread takes it out of the queue and unparks it.
//!
//! The kernel's queues lack three things that this table has: a woken thread that loses the race for the lock goes back
//! to the front; threads move to another queue without a wake-up; and a stop token wakes one particular thread.

use std::collections::VecDeque;
use std::sync::Arc;

use ungil_sync::atomic::{AtomicU32, Ordering};
use ungil_sync::{futex, thread_local};
use ungil_threads::{Interrupted, Limit};

#[cfg(not(ungil_model))]
use crate::steps::FutexLock;

/// A thread's own integer, which the thread sleeps on.
///
/// | state | in a queue | next |
/// |---|---|---|
/// | `QUEUED` | yes, or about to join | `UNPARKED` by `unpark`, `STOPPED` by the stop token |
/// | `STOPPED` | yes, or about to join | `UNPARKED` by `unpark`; or the thread takes itself out of the queue |
/// | `UNPARKED` | no | `QUEUED` by the thread's next `park` |
#[derive(Debug)]
struct Waiter {
    /// No lock guards it; the table says which thread changes it.
    state: AtomicU32,
}

const QUEUED: u32 = 0;
const STOPPED: u32 = 1;
const UNPARKED: u32 = 2;

thread_local! {
    static WAITER: Arc<Waiter> = Arc::new(Waiter { state: AtomicU32::new(UNPARKED) });
}

/// A thread in a queue, or just taken out of one.
#[derive(Debug)]
pub(crate) struct ParkedThread {
    /// The object that the thread waits for. Guarded by the bucket's lock.
    key: Key,
    /// Immutable.
    waiter: Arc<Waiter>,
}

impl ParkedThread {
    /// Wakes the thread, which then checks by itself whether it can go on. Call it without the bucket's lock, which the
    /// woken thread may need.
    pub(crate) fn unpark(self) {
        // Release: the woken thread sees what this thread did before. After this store only the waiter's address is
        // used: the `Arc` keeps the waiter even if its thread has ended by then.
        self.waiter.state.store(UNPARKED, Ordering::Release);
        futex::wake(&self.waiter.state, 1);
    }
}

/// The parked threads of the objects whose addresses share this place in the table. Guarded by the bucket's lock.
#[derive(Debug, Default)]
pub(crate) struct Bucket {
    /// In order of arrival (FIFO), but for threads that have returned to the front.
    queue: VecDeque<ParkedThread>,
}

impl Bucket {
    const fn new() -> Self {
        Bucket { queue: VecDeque::new() }
    }

    /// Whether no thread waits for `key`.
    pub(crate) fn is_empty(&self, key: Key) -> bool {
        self.queue.iter().all(|parked| parked.key != key)
    }

    /// Takes out the first thread that waits for `key`.
    pub(crate) fn dequeue(&mut self, key: Key) -> Option<ParkedThread> {
        let at = self.queue.iter().position(|parked| parked.key == key)?;
        self.queue.remove(at)
    }

    /// Takes out all threads that wait for `key`, in their order.
    pub(crate) fn dequeue_all(&mut self, key: Key) -> Vec<ParkedThread> {
        let (taken, others): (VecDeque<_>, _) = self.queue.drain(..).partition(|parked| parked.key == key);
        self.queue = others;
        Vec::from(taken)
    }

    /// Moves the first `count` threads that wait for `from` to the queue of `to`, and returns how many there were. The
    /// threads keep their places in the bucket.
    pub(crate) fn requeue(&mut self, from: Key, to: Key, count: usize) -> usize {
        let first = self.queue.iter_mut().filter(|parked| parked.key == from).take(count);
        first.map(|parked| parked.key = to).count()
    }

    /// Takes out `waiter` if it still waits for `key`.
    fn remove(&mut self, key: Key, waiter: &Arc<Waiter>) -> bool {
        let at = self.queue.iter().position(|parked| Arc::ptr_eq(&parked.waiter, waiter));
        let at = at.filter(|&at| self.queue[at].key == key);
        at.map(|at| self.queue.remove(at)).is_some()
    }
}

/// Enough that two locks in use rarely share a bucket; if they do, only the waiters' queues grow longer.
#[cfg(not(ungil_model))]
const BUCKETS: usize = 256;

/// Invariant: a sleeping thread is in exactly one bucket, or another thread is about to unpark it. An object's bit
/// "parked" only changes while its bucket is locked.
#[cfg(not(ungil_model))]
static TABLE: [Line; BUCKETS] = [const { Line(FutexLock::new(Bucket::new())) }; BUCKETS];

/// A cache line of its own: threads that wait for different locks do not disturb each other.
#[cfg(not(ungil_model))]
#[repr(align(64))]
struct Line(FutexLock<Bucket>);

/// Calls `f` with the bucket of `home`, locked: meanwhile no thread joins or leaves the queues of this home. Keep it
/// short, and unpark no thread in it.
#[cfg(not(ungil_model))]
pub(crate) fn with_bucket<R>(home: usize, f: impl FnOnce(&mut Bucket) -> R) -> R {
    // Fibonacci hashing: neighbours in memory are far from each other in the table.
    let hash = (home as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BUCKETS.ilog2());
    f(&mut TABLE[hash as usize].0.lock())
}

/// A model has few objects, and they meet in one bucket.
#[cfg(ungil_model)]
pub(crate) fn with_bucket<R>(_home: usize, f: impl FnOnce(&mut Bucket) -> R) -> R {
    static BUCKET: ungil_sync::Global<Bucket> = ungil_sync::Global::new(Bucket::new);
    BUCKET.with(f)
}

/// What a thread waits for.
///
/// An object may be freed, and another made at its address, while a thread that has released the first one still looks
/// for a waiter. So the type counts, too: an object of the same type can bear the wake-up, another one must not get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// The object's type.
    pub(crate) kind: Kind,
    /// The object's address.
    pub(crate) address: usize,
}

/// A type whose objects have queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Condition,
    Event,
    RawLock,
    Semaphore,
}

/// The queue that a thread joins.
pub(crate) struct Address {
    /// The address that decides on the bucket: between objects of one home, threads can be requeued.
    pub(crate) home: usize,
    /// The object.
    pub(crate) key: Key,
    /// Join at the front: the thread was there already, and has lost a race after its wake-up.
    pub(crate) front: bool,
}

impl Address {
    /// The end of the queue of an object that is its own home.
    pub(crate) fn of<T>(kind: Kind, object: &T) -> Self {
        let address = std::ptr::from_ref(object).addr();
        Address { home: address, key: Key { kind, address }, front: false }
    }
}

/// How [`park`] has ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ParkResult {
    /// Another thread has unparked this one.
    Unparked,
    /// `validate` returned false: the thread has not slept.
    Invalid,
    /// The limit was reached before another thread took this one out of the queue.
    TimedOut(Interrupted),
}

/// Sleeps until another thread unparks this one, or `limit` is reached.
///
/// `validate` and `timed_out` are called with the bucket locked. `validate` decides whether to sleep at all, and leaves
/// the object's bit "parked" set; `timed_out` is called after the thread has left the queue because of the limit.
/// `before_sleep` is called without the lock, once the thread is in the queue and can be unparked.
pub(crate) fn park(
    addr: Address,
    limit: &Limit,
    validate: impl FnOnce() -> bool,
    before_sleep: impl FnOnce(),
    timed_out: impl FnOnce(&Bucket),
) -> ParkResult {
    // A thread that is ending may have dropped its waiter already.
    let waiter =
        WAITER.try_with(Arc::clone).unwrap_or_else(|_| Arc::new(Waiter { state: AtomicU32::new(UNPARKED) }));
    // Relaxed: no other thread knows this waiter now.
    waiter.state.store(QUEUED, Ordering::Relaxed);
    // Registered before the thread joins the queue, as a token that has stopped already calls back at once. Dropped last
    // and without the bucket's lock, as the drop waits for a callback that is running.
    let _registration = limit.stop_token().map(|token| {
        let waiter = Arc::clone(&waiter);
        token.on_stop(move || {
            let stop = waiter.state.compare_exchange(QUEUED, STOPPED, Ordering::Relaxed, Ordering::Relaxed);
            if stop.is_ok() {
                futex::wake(&waiter.state, 1);
            }
        })
    });
    let valid = with_bucket(addr.home, |bucket| {
        if !validate() {
            return false;
        }
        let parked = ParkedThread { key: addr.key, waiter: Arc::clone(&waiter) };
        if addr.front {
            bucket.queue.push_front(parked);
        } else {
            bucket.queue.push_back(parked);
        }
        true
    });
    if !valid {
        return ParkResult::Invalid;
    }
    before_sleep();
    let mut timed_out = Some(timed_out);
    loop {
        // Acquire: pairs with the Release of `unpark`.
        let state = waiter.state.load(Ordering::Acquire);
        if state == UNPARKED {
            return ParkResult::Unparked;
        }
        // Once another thread has taken this one out of the queue, the limit is void.
        let Some(leave) = timed_out.take() else {
            futex::wait(&waiter.state, state, None);
            continue;
        };
        let interrupted = if state == STOPPED {
            Interrupted::Stopped
        } else if futex::wait(&waiter.state, QUEUED, limit.until()) {
            timed_out = Some(leave);
            continue;
        } else {
            limit.check().err().unwrap_or(Interrupted::Timeout)
        };
        let removed = with_bucket(addr.home, |bucket| {
            let removed = bucket.remove(addr.key, &waiter);
            if removed {
                leave(bucket);
            }
            removed
        });
        if removed {
            return ParkResult::TimedOut(interrupted);
        }
    }
}
