//! No GIL: threads run at the same time, and objects must protect themselves.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::platform::Platform;
use crate::{Gil, Point, What};

/// The free-threaded interpreter: whoever wants to run, runs.
pub struct NoGil<P> {
    platform: P,
    threads: AtomicUsize,
}

impl<P> NoGil<P> {
    /// No lock for the threads of `platform`.
    pub fn new(platform: P) -> Self {
        NoGil { platform, threads: AtomicUsize::new(0) }
    }
}

// SAFETY: it promises nothing.
unsafe impl<P: Platform> Gil for NoGil<P> {
    type Platform = P;
    type Thread = usize;

    const EXCLUSIVE: bool = false;

    fn platform(&self) -> &P {
        &self.platform
    }

    fn thread(&self) -> usize {
        // Relaxed: only the number has to be a new one.
        self.threads.fetch_add(1, Ordering::Relaxed)
    }

    fn number(&self, thread: &usize) -> usize {
        *thread
    }

    fn take(&self, thread: &usize) {
        self.record(thread, What::Takes);
    }

    unsafe fn release(&self, thread: &usize) {
        self.record(thread, What::Releases);
    }

    #[inline]
    fn due(&self, _thread: &usize, _at: Point) -> bool {
        false
    }
}
