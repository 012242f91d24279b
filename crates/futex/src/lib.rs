//! A futex: sleep while an integer has a value. Locks are made of it.
//!
//! On Linux it is the kernel's futex, elsewhere a table of std's locks.
//!
//! ```
//! use std::sync::atomic::{AtomicU32, Ordering};
//!
//! let ready = AtomicU32::new(0);
//! std::thread::scope(|scope| {
//!     scope.spawn(|| {
//!         while ready.load(Ordering::Acquire) == 0 {
//!             ungil_futex::wait(&ready, 0, None);
//!         }
//!     });
//!     ready.store(1, Ordering::Release);
//!     ungil_futex::wake(&ready, 1);
//! });
//! ```
#![forbid(unsafe_code)]

use std::sync::atomic::AtomicU32;
use std::time::Instant;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as system;

#[cfg(any(not(target_os = "linux"), test))]
mod table;
#[cfg(not(target_os = "linux"))]
use table as system;

/// Blocks while `futex` is `expected`, until a [`wake`], at the latest until `deadline`. The wake-up may be spurious.
///
/// The comparison and falling asleep are one atomic step: if another thread first changes the integer and then wakes,
/// no waiter sleeps on. The call returns at once if the integer has another value.
///
/// Returns false if the deadline has passed.
#[inline]
pub fn wait(futex: &AtomicU32, expected: u32, deadline: Option<Instant>) -> bool {
    system::wait(futex, expected, deadline)
}

/// Wakes at most `count` threads that wait for `futex` now, and returns how many. A wake without a waiter has no effect
/// and is not remembered.
///
/// The kernel wakes threads of equal priority in order of arrival (FIFO). The integer may have been freed by another
/// thread meanwhile: then no thread wakes, or one spuriously.
#[inline]
pub fn wake(futex: &AtomicU32, count: usize) -> usize {
    // The kernel wakes one thread for a count of 0.
    if count == 0 { 0 } else { system::wake(futex, count) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;
    use std::thread;
    use std::time::{Duration, Instant};

    use super::{system, table};

    type Wait = fn(&AtomicU32, u32, Option<Instant>) -> bool;
    type Wake = fn(&AtomicU32, usize) -> usize;

    /// Each implementation, and an integer of its own: a bucket of the table may be shared.
    fn both(test: impl Fn(Wait, Wake, &AtomicU32)) {
        test(system::wait, system::wake, &AtomicU32::new(0));
        test(table::wait, table::wake, &AtomicU32::new(0));
    }

    /// Wakes until `count` threads were woken: each of them then slept. A lost wake-up ends in a panic here.
    fn wake_asleep(wake: Wake, futex: &AtomicU32, count: usize) {
        let end = Instant::now() + Duration::from_secs(5);
        let mut woken = 0;
        while woken < count {
            assert!(Instant::now() < end, "{woken} of {count} threads were woken");
            woken += wake(futex, 1);
            thread::yield_now();
        }
    }

    #[test]
    fn another_value_does_not_block() {
        both(|wait, _, futex| assert!(wait(futex, 1, None)));
    }

    #[test]
    fn a_wake_ends_a_sleep() {
        both(|wait, wake, futex| {
            thread::scope(|scope| {
                // The value stays: only the wake ends the wait.
                let waiter = scope.spawn(|| wait(futex, 0, Some(Instant::now() + Duration::from_secs(10))));
                wake_asleep(wake, futex, 1);
                assert!(waiter.join().unwrap(), "woken, not timed out");
            });
        });
    }

    #[test]
    fn a_wait_ends_at_its_deadline_and_not_before() {
        both(|wait, _, futex| {
            let deadline = Instant::now() + Duration::from_millis(20);
            // A wake-up may be spurious, but then it comes before the deadline.
            while wait(futex, 0, Some(deadline)) {
                assert!(Instant::now() < deadline, "a wait that has timed out returns false");
            }
            let late = Instant::now().checked_duration_since(deadline).expect("not before the deadline");
            assert!(late < Duration::from_secs(2), "{late:?} late");
        });
    }

    #[test]
    fn a_deadline_in_the_past_does_not_block() {
        both(|wait, _, futex| {
            let past = Instant::now();
            assert!(!wait(futex, 0, Some(past)));
            assert!(wait(futex, 1, Some(past)) || cfg!(not(target_os = "linux")));
        });
    }

    #[test]
    fn a_wake_without_a_waiter_wakes_none() {
        assert_eq!(system::wake(&AtomicU32::new(0), usize::MAX), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_wake_wakes_at_most_its_count() {
        let futex = AtomicU32::new(0);
        thread::scope(|scope| {
            let waiters = [(); 3].map(|()| scope.spawn(|| super::wait(&futex, 0, None)));
            // Three threads were woken, one by each call: so the first call has left two asleep. A call that may wake none
            // comes before each.
            let wake_none_then_one = |futex: &AtomicU32, count| {
                assert_eq!(super::wake(futex, 0), 0);
                super::wake(futex, count)
            };
            wake_asleep(wake_none_then_one, &futex, 3);
            for waiter in waiters {
                assert!(waiter.join().unwrap());
            }
        });
    }
}
