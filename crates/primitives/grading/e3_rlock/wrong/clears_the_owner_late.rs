use interleave::sync::{Condvar, Mutex};
use interleave::thread::{self, ThreadId};

/// A lock that its owner may acquire again, and has to release as often.
pub struct RLock {
    owner: Mutex<Option<ThreadId>>,
    /// How often the owner has acquired it.
    count: Mutex<usize>,
    /// Belongs to `count`: nobody owns it.
    free: Condvar,
}

/// The error of `release`: this thread does not own the lock.
#[derive(Debug, PartialEq, Eq)]
pub struct NotOwner;

impl RLock {
    pub fn new() -> Self {
        RLock { owner: Mutex::new(None), count: Mutex::new(0), free: Condvar::new() }
    }

    /// Blocks until no other thread owns it.
    pub fn acquire(&self) {
        if self.is_mine() {
            *self.count.lock() += 1;
            return;
        }
        let mut count = self.count.lock();
        while *count > 0 {
            count = self.free.wait(count);
        }
        *count = 1;
        *self.owner.lock() = Some(thread::current().id());
    }

    /// Acquires it unless another thread owns it, and says whether. Does not wait for the other.
    pub fn try_acquire(&self) -> bool {
        let mine = self.is_mine();
        let mut count = self.count.lock();
        let got = mine || *count == 0;
        if got {
            *count += 1;
            *self.owner.lock() = Some(thread::current().id());
        }
        got
    }

    /// Releases it once. It is free when it was released as often as acquired.
    pub fn release(&self) -> Result<(), NotOwner> {
        if !self.is_mine() {
            return Err(NotOwner);
        }
        let mut count = self.count.lock();
        *count -= 1;
        if *count == 0 {
            drop(count);
            self.free.notify_one();
            *self.owner.lock() = None;
        }
        Ok(())
    }

    fn is_mine(&self) -> bool {
        *self.owner.lock() == Some(thread::current().id())
    }
}
