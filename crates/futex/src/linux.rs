//! The kernel's futex.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::thread::futex::{Flags, Timespec, wait as futex_wait, wake as futex_wake};

pub(crate) fn wait(futex: &AtomicU32, expected: u32, timeout: Option<Duration>) -> bool {
    if timeout.is_some_and(|timeout| timeout.is_zero()) {
        return futex.load(Ordering::Relaxed) != expected;
    }
    // A time that does not fit is for ever.
    let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
    let result = futex_wait(futex, Flags::PRIVATE, expected, timeout.as_ref());
    result != Err(rustix::io::Errno::TIMEDOUT)
}

pub(crate) fn wake(futex: &AtomicU32, count: usize) -> usize {
    // The kernel's count is a signed 32-bit integer.
    let count = count.min(i32::MAX as usize) as u32;
    futex_wake(futex, Flags::PRIVATE, count).unwrap_or(0)
}
