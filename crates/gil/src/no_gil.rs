//! No GIL: threads run in parallel, and objects must protect themselves.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::platform::Platform;
use crate::{Gil, GilEvent, Observer, Point};

/// No GIL, as in the free-threaded CPython: every thread runs at once.
pub struct NoGil<P, O = ()> {
    platform: P,
    observer: O,
    /// How many threads there are: the number of the next one.
    threads: AtomicUsize,
}

impl<P> NoGil<P> {
    /// No lock for the threads of `platform`.
    pub fn new(platform: P) -> Self {
        NoGil::observed(platform, ())
    }
}

impl<P, O> NoGil<P, O> {
    /// No lock for the threads of `platform`. Its observer is told which threads run.
    pub fn observed(platform: P, observer: O) -> Self {
        NoGil { platform, observer, threads: AtomicUsize::new(0) }
    }
}

// SAFETY: `EXCLUSIVE` is false, so there is nothing to promise.
unsafe impl<P: Platform, O: Observer> Gil for NoGil<P, O> {
    type Platform = P;
    type Thread = usize;

    const EXCLUSIVE: bool = false;

    fn platform(&self) -> &P {
        &self.platform
    }

    fn thread(&self) -> usize {
        // Relaxed: the number only has to be unique.
        self.threads.fetch_add(1, Ordering::Relaxed)
    }

    fn number(&self, thread: &usize) -> usize {
        *thread
    }

    fn take_gil(&self, thread: &usize) {
        self.observe(thread, GilEvent::Takes);
    }

    unsafe fn drop_gil(&self, thread: &usize) {
        self.observe(thread, GilEvent::Releases);
    }

    #[inline]
    fn should_yield(&self, _thread: &usize, _at: Point) -> bool {
        false
    }

    #[inline]
    fn observe(&self, thread: &usize, event: GilEvent) {
        self.observer.observe(*thread, event);
    }
}
