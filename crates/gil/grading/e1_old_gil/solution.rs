//! The flag is the GIL. A thread holds the mutex only to read or change the flag, and the condition says when to look
//! again. A wake-up promises nothing, so the woken thread looks in a loop: the thread that has released the GIL may
//! take it again first. That is the old GIL's only flaw, and exercise 3 is about it.
//!
//! The ticker needs no lock: only the GIL's holder touches it, and the next holder sees everything that was written
//! before the release. The ticker is reset before the release, because afterwards it belongs to another thread.

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
        let mut locked = self.platform.lock(&self.locked);
        while *locked {
            self.platform.wait(&self.released, &mut locked);
        }
        *locked = true;
    }

    /// Releases it, and wakes one of those who wait. Does not wait for anybody.
    pub fn release(&self) {
        let mut locked = self.platform.lock(&self.locked);
        *locked = false;
        self.platform.notify_one(&self.released, &locked);
    }

    /// Who has the GIL calls it before each instruction. When all ticks are used up, it releases the GIL and takes it
    /// again.
    pub fn tick(&self) {
        let ticks = self.ticker.load(Relaxed);
        if ticks > 0 {
            self.ticker.store(ticks - 1, Relaxed);
        } else {
            self.ticker.store(self.check_interval, Relaxed);
            self.release();
            self.take();
        }
    }
}
