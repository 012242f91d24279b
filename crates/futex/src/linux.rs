//! The kernel's futex.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use rustix::io::Errno;
use rustix::thread::futex::{Flags, Timespec, wait as futex_wait, wake as futex_wake};

pub(crate) fn wait(futex: &AtomicU32, expected: u32, deadline: Option<Instant>) -> bool {
    // An Instant does not show its clock, so the kernel gets the time that is left.
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    if left.is_some_and(|left| left.is_zero()) {
        return futex.load(Ordering::Relaxed) != expected;
    }
    // A time that the kernel cannot count is for ever.
    let left = left.and_then(|left| Timespec::try_from(left).ok());
    futex_wait(futex, Flags::PRIVATE, expected, left.as_ref()) != Err(Errno::TIMEDOUT)
}

pub(crate) fn wake(futex: &AtomicU32, count: usize) -> usize {
    // The kernel's count is a signed 32-bit integer.
    let count = count.min(i32::MAX as usize) as u32;
    futex_wake(futex, Flags::PRIVATE, count).unwrap_or(0)
}
