//! A futex: sleep while an integer has a value. What locks are made of.
//!
//! On Linux it is the kernel's, elsewhere a table of std's locks.
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
use std::time::Duration;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as system;

#[cfg(any(not(target_os = "linux"), test))]
mod table;
#[cfg(not(target_os = "linux"))]
use table as system;

/// Blocks while `futex` is `expected`, until a [`wake`], at most for `timeout`; may wake for no reason.
///
/// To look and to fall asleep are one step: a thread that changes the integer first and wakes then never leaves
/// anybody asleep. It returns at once if the integer is another. False: the time is over.
#[inline]
pub fn wait(futex: &AtomicU32, expected: u32, timeout: Option<Duration>) -> bool {
    system::wait(futex, expected, timeout)
}

/// Wakes at most `count` threads that wait for `futex` now, and returns how many; without one nothing happens and
/// nothing is remembered.
///
/// Those that have waited longest are woken first where the kernel does it. The threads need the memory no more:
/// a `wake` of an integer that another thread has freed meanwhile wakes nobody, or somebody for no reason.
#[inline]
pub fn wake(futex: &AtomicU32, count: usize) -> usize {
    system::wake(futex, count)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::{system, table};

    type Wait = fn(&AtomicU32, u32, Option<Duration>) -> bool;
    type Wake = fn(&AtomicU32, usize) -> usize;

    #[test]
    fn both_implementations_wait_and_wake() {
        for (wait, wake) in [(system::wait as Wait, system::wake as Wake), (table::wait, table::wake)] {
            let futex = Arc::new(AtomicU32::new(0));
            assert!(wait(&futex, 1, None), "another value");
            assert!(!wait(&futex, 0, Some(Duration::from_millis(5))), "nobody wakes it");
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
