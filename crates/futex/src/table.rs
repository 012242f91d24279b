//! Waiters by address, for systems whose futex std does not show.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Instant;

struct Bucket {
    /// How many threads wait here, for all addresses of this bucket.
    waiters: Mutex<usize>,
    woken: Condvar,
}

static BUCKETS: [Bucket; 64] = [const { Bucket { waiters: Mutex::new(0), woken: Condvar::new() } }; 64];

fn bucket(futex: &AtomicU32) -> &'static Bucket {
    &BUCKETS[std::ptr::from_ref(futex) as usize / size_of::<AtomicU32>() % BUCKETS.len()]
}

pub(crate) fn wait(futex: &AtomicU32, expected: u32, deadline: Option<Instant>) -> bool {
    let bucket = bucket(futex);
    let mut waiters = bucket.waiters.lock().unwrap_or_else(PoisonError::into_inner);
    // Under the lock that `wake` takes: if the value changes after this load, the `wake` that follows finds this waiter.
    if futex.load(Ordering::Relaxed) != expected {
        return true;
    }
    *waiters += 1;
    let (mut waiters, timed_out) = match deadline {
        None => (bucket.woken.wait(waiters).unwrap_or_else(PoisonError::into_inner), false),
        Some(deadline) => {
            let left = deadline.saturating_duration_since(Instant::now());
            let (waiters, result) =
                bucket.woken.wait_timeout(waiters, left).unwrap_or_else(PoisonError::into_inner);
            (waiters, result.timed_out())
        }
    };
    *waiters -= 1;
    !timed_out
}

/// Wakes all threads in the bucket: for those that wait for another address the wake-up is spurious.
pub(crate) fn wake(futex: &AtomicU32, count: usize) -> usize {
    let bucket = bucket(futex);
    let waiters = *bucket.waiters.lock().unwrap_or_else(PoisonError::into_inner);
    bucket.woken.notify_all();
    waiters.min(count)
}
