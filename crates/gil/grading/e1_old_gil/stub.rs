//! Exercise 5/1: the old GIL. The task stands in e1_old_gil.md.

use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use ungil_gil::Platform;

/// The GIL of Python up to 3.1, for the threads of `platform`: real ones, simulated ones, or the model checker's.
pub struct OldGil<P: Platform> {
    platform: P,
    /// Whether a thread has the GIL.
    locked: P::Mutex<bool>,
    /// Belongs to `locked`: the GIL was released.
    released: P::Condition,
    /// How many more instructions until the next release. One for all threads; only who has the GIL touches it.
    ticker: AtomicU32,
    /// How many instructions are executed between two releases.
    check_interval: u32,
}

impl<P: Platform> OldGil<P> {
    /// `check_interval` is 100 in Python, unless somebody calls `sys.setcheckinterval`.
    pub fn new(platform: P, check_interval: u32) -> Self {
        OldGil {
            locked: platform.mutex(false),
            released: platform.condition(),
            ticker: AtomicU32::new(check_interval),
            check_interval,
            platform,
        }
    }

    /// Blocks until no thread has the GIL, and takes it.
    pub fn take(&self) {
        todo!()
    }

    /// Releases it, and wakes one of those who wait. Does not wait for anybody.
    pub fn release(&self) {
        todo!()
    }

    /// Who has the GIL calls it before each instruction. When all ticks are used up, it releases the GIL and takes it
    /// again.
    pub fn tick(&self) {
        todo!()
    }
}
