//! wrong: wrong-value: who waits has a number, and who comes back has a higher one

use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use ungil_gil::Platform;

/// The GIL of Python up to 3.1, for the threads of `platform`: real ones, simulated ones, or the model checker's.
pub struct OldGil<P: Platform> {
    platform: P,
    turns: P::Mutex<Turns>,
    /// Belongs to `turns`: the GIL was released.
    released: P::Condition,
    /// How many more instructions until the next release. One for all threads; only who has the GIL touches it.
    ticker: AtomicU32,
    /// How many instructions are executed between two releases.
    check_interval: u32,
}

struct Turns {
    /// The number of the next one who comes.
    next: u32,
    /// The number of who has the GIL, or may take it.
    current: u32,
}

impl<P: Platform> OldGil<P> {
    /// `check_interval` is 100 in Python, unless somebody calls `sys.setcheckinterval`.
    pub fn new(platform: P, check_interval: u32) -> Self {
        OldGil {
            turns: platform.mutex(Turns { next: 0, current: 0 }),
            released: platform.condition(),
            ticker: AtomicU32::new(check_interval),
            check_interval,
            platform,
        }
    }

    /// Blocks until no thread has the GIL, and takes it.
    pub fn take(&self) {
        let mut turns = self.platform.lock(&self.turns);
        let mine = turns.next;
        turns.next += 1;
        while turns.current != mine {
            self.platform.wait(&self.released, &mut turns);
        }
    }

    /// Releases it, and wakes one of those who wait. Does not wait for anybody.
    pub fn release(&self) {
        let mut turns = self.platform.lock(&self.turns);
        turns.current += 1;
        self.platform.notify_one(&self.released, &turns);
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
