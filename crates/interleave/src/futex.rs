//! A futex: sleep while an integer has a value. What locks are made of.

use std::sync::atomic::Ordering;

use crate::engine;
use crate::record::{Act, Intent, Place, Value, Wake};
use crate::runtime::Runtime;
use crate::sync::atomic::AtomicU32;
use crate::time::Instant;

/// Blocks while `futex` is `expected`, until a [`wake`]; may wake for no reason. To look and to fall asleep
/// are one step: a thread that changes the integer first and wakes then never leaves anybody asleep.
///
/// It returns at once if the integer is another. False: the deadline has passed.
///
/// On Linux it is the futex of the kernel, elsewhere a table of std's locks. Inside a model, what the waker
/// did before is visible to who wakes, as with every kernel in practice, though none promises it.
#[track_caller]
pub fn wait(futex: &AtomicU32, expected: u32, deadline: Option<Instant>) -> bool {
    let Some((id, atomic)) = futex.model() else {
        let real = futex.real().expect("an atomic is either real or a model's");
        return real::wait(real, expected, deadline);
    };
    let (model, place) = (Runtime::of(id), Place::caller());
    let look = || newest(atomic, !expected);
    let value = model.call(Some(id), Intent::FutexWait, place, look);
    let expected_value = Value::Unsigned(expected.into());
    if value != expected {
        let value = Value::Unsigned(value.into());
        model.log(Some(id), Act::FutexChanged { expected: expected_value, value }, place);
        return true;
    }
    let me = model.me();
    model.futex_queue(id, |queue| queue.push_back(me));
    model.log(Some(id), Act::FutexWait { expected: expected_value }, place);
    let leave_queue = || {
        model.futex_queue(id, |queue| {
            let at = queue.iter().position(|waiter| *waiter == me);
            at.map(|at| queue.remove(at)).is_some()
        })
    };
    let wake = match deadline {
        None => {
            model.prepare_to_block(true);
            let woken = model.block(Some(id), Intent::FutexWait, place);
            if !woken {
                // Whether it leaves before or after a wake is a choice, too.
                model.call(Some(id), Intent::FutexWait, place, look);
                leave_queue();
            }
            if woken { Wake::Notified } else { Wake::Spurious }
        }
        Some(deadline) => {
            let left = deadline.saturating_duration_since(Instant::now());
            let meet = || {
                look();
            };
            model.pend(Some(id), Intent::FutexWait, place, meet);
            if leave_queue() {
                model.advance(model.now().saturating_add(left));
                Wake::TimedOut
            } else {
                Wake::Notified
            }
        }
    };
    model.log(Some(id), Act::FutexWoken(wake), place);
    wake != Wake::TimedOut
}

/// Wakes at most `count` threads that wait for `futex` now, and returns how many; without one nothing happens
/// and nothing is remembered.
#[track_caller]
pub fn wake(futex: &AtomicU32, count: usize) -> usize {
    let Some((id, atomic)) = futex.model() else {
        let real = futex.real().expect("an atomic is either real or a model's");
        return real::wake(real, count);
    };
    let (model, place) = (Runtime::of(id), Place::caller());
    // The integer is where a waker and a waiter meet; it keeps its value.
    let meet = || newest(atomic, UNLIKELY);
    model.call(Some(id), Intent::Other("futex::wake"), place, meet);
    let woken: Vec<usize> = model.futex_queue(id, |queue| {
        let count = count.min(queue.len());
        queue.drain(..count).collect()
    });
    model.log(Some(id), Act::FutexWake { woken: woken.len() }, place);
    for thread in &woken {
        model.wake(*thread);
    }
    woken.len()
}

/// The newest value, which is what a kernel compares with: a load may return an older one.
///
/// It is an exchange that finds another value than `other`. One that finds `other` exchanges it for itself,
/// which loom takes for a store that later ones do not follow for certain.
fn newest(atomic: &engine::atomic::AtomicU32, other: u32) -> u32 {
    let result = atomic.compare_exchange(other, other, Ordering::Relaxed, Ordering::Relaxed);
    result.unwrap_or_else(|value| value)
}

/// Hardly the value of a futex.
const UNLIKELY: u32 = 0x5EED_5EED;

#[cfg(target_os = "linux")]
mod real {
    use std::sync::atomic::AtomicU32;

    use rustix::thread::futex::{Flags, Timespec, wait as futex_wait, wake as futex_wake};

    use super::Instant;

    pub(super) fn wait(futex: &AtomicU32, expected: u32, deadline: Option<Instant>) -> bool {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return false;
        }
        // A time that does not fit is for ever.
        let left = left.and_then(|left| Timespec::try_from(left).ok());
        let result = futex_wait(futex, Flags::PRIVATE, expected, left.as_ref());
        result != Err(rustix::io::Errno::TIMEDOUT)
    }

    pub(super) fn wake(futex: &AtomicU32, count: usize) -> usize {
        // The kernel's count is a signed 32-bit integer.
        let count = count.min(i32::MAX as usize) as u32;
        futex_wake(futex, Flags::PRIVATE, count).unwrap_or(0)
    }
}

#[cfg(not(target_os = "linux"))]
mod real {
    pub(super) use super::table::{wait, wake};
}

/// Waiters by address, for systems without a futex that std shows.
#[cfg(any(not(target_os = "linux"), test))]
mod table {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Condvar, Mutex, PoisonError};

    use super::Instant;

    struct Bucket {
        /// How many threads wait here, for whatever address.
        waiters: Mutex<usize>,
        woken: Condvar,
    }

    static BUCKETS: [Bucket; 64] = [const { Bucket { waiters: Mutex::new(0), woken: Condvar::new() } }; 64];

    fn bucket(futex: &AtomicU32) -> &'static Bucket {
        &BUCKETS[std::ptr::from_ref(futex) as usize / size_of::<AtomicU32>() % BUCKETS.len()]
    }

    pub(super) fn wait(futex: &AtomicU32, expected: u32, deadline: Option<Instant>) -> bool {
        let bucket = bucket(futex);
        let mut waiters = bucket.waiters.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock that `wake` takes: a value that changes after this is followed by a wake that is not
        // missed.
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

    /// Wakes everybody in the bucket: those whom it does not concern wake for no reason.
    pub(super) fn wake(futex: &AtomicU32, count: usize) -> usize {
        let bucket = bucket(futex);
        let waiters = *bucket.waiters.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.woken.notify_all();
        waiters.min(count)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::{Instant, real, table};

    type Wait = fn(&AtomicU32, u32, Option<Instant>) -> bool;
    type Wake = fn(&AtomicU32, usize) -> usize;

    #[test]
    fn both_implementations_wait_and_wake() {
        for (wait, wake) in [(real::wait as Wait, real::wake as Wake), (table::wait, table::wake)] {
            let futex = Arc::new(AtomicU32::new(0));
            assert!(wait(&futex, 1, None), "another value");
            let soon = Some(Instant::now() + Duration::from_millis(5));
            assert!(!wait(&futex, 0, soon), "nobody wakes it");
            let waiter = {
                let futex = Arc::clone(&futex);
                std::thread::spawn(move || {
                    while futex.load(Ordering::Acquire) == 0 {
                        wait(&futex, 0, None);
                    }
                })
            };
            futex.store(1, Ordering::Release);
            wake(&futex, 1);
            waiter.join().expect("the waiter ends");
        }
    }
}
