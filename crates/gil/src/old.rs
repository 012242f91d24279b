//! The old GIL, of Python 1.5 to 3.1: every 100 instructions the thread releases a lock and takes it again.
//!
//! A release wakes a waiter and hands nothing over: the lock is free, and the first thread to arrive takes it. With a
//! second CPU that is nearly always the thread that has just released the lock, and the waiter has woken in vain.
//!
//! CPython: `Python/ceval.c` up to 3.1, `PyEval_EvalFrameEx`, and `Python/thread_pthread.h`.

use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use crate::platform::Platform;
use crate::{Gil, GilEvent, Observer, Point};

/// The old GIL.
pub struct OldGil<P: Platform, O = ()> {
    platform: P,
    observer: O,
    /// Whether a thread holds the GIL. `locked` and `released` are the lecture's `lock_t`. The mutex is held only to
    /// read or write the flag, so no thread waits long for the mutex.
    locked: P::Mutex<bool>,
    /// Notified when the GIL is released.
    released: P::Condition,
    /// How many more instructions until the next release. All threads share the counter, CPython's `_Py_Ticker`: a
    /// thread that takes the GIL counts on from where the last holder stopped. Only the holder of the GIL touches it,
    /// so all accesses are relaxed, and none needs to be a read-modify-write.
    ticker: AtomicI32,
    /// What the ticker is set to: `sys.setcheckinterval`.
    check_interval: AtomicI32,
    /// How many threads there are: the number of the next one.
    threads: AtomicUsize,
}

impl<P: Platform> OldGil<P> {
    /// How many instructions a thread executes between two releases: what `sys.getcheckinterval()` returns by default.
    pub const CHECK_INTERVAL: u32 = 100;

    /// A GIL that no thread holds, for the threads of `platform`.
    pub fn new(platform: P) -> Self {
        OldGil::observed(platform, ())
    }
}

impl<P: Platform, O: Observer> OldGil<P, O> {
    /// A GIL that no thread holds, for the threads of `platform`. Its observer is told what happens around it.
    pub fn observed(platform: P, observer: O) -> Self {
        let ticks = OldGil::<P>::CHECK_INTERVAL.cast_signed();
        OldGil {
            locked: platform.mutex(false),
            released: platform.condition(),
            platform,
            observer,
            ticker: AtomicI32::new(ticks),
            check_interval: AtomicI32::new(ticks),
            threads: AtomicUsize::new(0),
        }
    }

    /// `sys.setcheckinterval(ticks)`. Takes effect at the next release; 0 means a release before each instruction.
    pub fn set_check_interval(&self, ticks: u32) {
        self.check_interval.store(ticks.try_into().unwrap_or(i32::MAX), Ordering::Relaxed);
    }

    /// `sys.getcheckinterval()`: how many instructions a thread executes between two releases.
    pub fn check_interval(&self) -> u32 {
        self.check_interval.load(Ordering::Relaxed).cast_unsigned()
    }
}

// SAFETY: `take_gil` returns only after it has found `locked` false and set it, and `drop_gil` sets it false, all with
// the mutex of `locked` held, which is exclusive as `Platform` promises.
unsafe impl<P: Platform, O: Observer> Gil for OldGil<P, O> {
    type Platform = P;
    type Thread = usize;

    const EXCLUSIVE: bool = true;

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

    // ANCHOR: lock
    fn take_gil(&self, thread: &usize) {
        let mut locked = self.platform.lock(&self.locked);
        if *locked {
            self.observe(thread, GilEvent::Waits);
        }
        while *locked {
            self.platform.wait(&self.released, &mut locked);
            if *locked {
                self.observe(thread, GilEvent::WakesInVain);
            }
        }
        *locked = true;
        self.observe(thread, GilEvent::Takes);
    }

    unsafe fn drop_gil(&self, thread: &usize) {
        let mut locked = self.platform.lock(&self.locked);
        *locked = false;
        self.observe(thread, GilEvent::Releases);
        self.platform.notify_one(&self.released, &locked);
    }
    // ANCHOR_END: lock

    // ANCHOR: should_yield
    #[inline]
    fn should_yield(&self, _thread: &usize, at: Point) -> bool {
        if at != Point::Instruction {
            return false;
        }
        let ticks = self.ticker.load(Ordering::Relaxed) - 1;
        let should_yield = ticks < 0;
        let next = if should_yield { self.check_interval.load(Ordering::Relaxed) } else { ticks };
        self.ticker.store(next, Ordering::Relaxed);
        should_yield
    }
    // ANCHOR_END: should_yield

    fn check_interval(&self) -> Option<u32> {
        Some(OldGil::check_interval(self))
    }

    fn set_check_interval(&self, ticks: u32) {
        OldGil::set_check_interval(self, ticks);
    }

    #[inline]
    fn observe(&self, thread: &usize, event: GilEvent) {
        self.observer.observe(*thread, event);
    }
}
