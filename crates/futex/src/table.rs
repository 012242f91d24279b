//! Waiters by address, for systems without a futex that std shows.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

struct Bucket {
    /// How many threads wait here, for whatever address.
    waiters: Mutex<usize>,
    woken: Condvar,
}

static BUCKETS: [Bucket; 64] = [const { Bucket { waiters: Mutex::new(0), woken: Condvar::new() } }; 64];

fn bucket(futex: &AtomicU32) -> &'static Bucket {
    &BUCKETS[std::ptr::from_ref(futex) as usize / size_of::<AtomicU32>() % BUCKETS.len()]
}

pub(crate) fn wait(futex: &AtomicU32, expected: u32, timeout: Option<Duration>) -> bool {
    let bucket = bucket(futex);
    let mut waiters = bucket.waiters.lock().unwrap_or_else(PoisonError::into_inner);
    // Under the lock that `wake` takes: a value that changes after this is followed by a wake that is not
    // missed.
    if futex.load(Ordering::Relaxed) != expected {
        return true;
    }
    *waiters += 1;
    let (mut waiters, timed_out) = match timeout {
        None => (bucket.woken.wait(waiters).unwrap_or_else(PoisonError::into_inner), false),
        Some(timeout) => {
            let (waiters, result) =
                bucket.woken.wait_timeout(waiters, timeout).unwrap_or_else(PoisonError::into_inner);
            (waiters, result.timed_out())
        }
    };
    *waiters -= 1;
    !timed_out
}

/// Wakes everybody in the bucket: those whom it does not concern wake for no reason.
pub(crate) fn wake(futex: &AtomicU32, count: usize) -> usize {
    let bucket = bucket(futex);
    let waiters = *bucket.waiters.lock().unwrap_or_else(PoisonError::into_inner);
    bucket.woken.notify_all();
    waiters.min(count)
}
