//! Exercise 2/3: a lock with an owner. The task stands in e3_rlock.md.

use interleave::sync::{Condvar, Mutex};
use interleave::thread::{self, ThreadId};

/// A lock that its owner may acquire again, and has to release as often.
pub struct RLock {
    state: Mutex<State>,
    /// Belongs to `state`: nobody owns it.
    free: Condvar,
}

struct State {
    owner: Option<ThreadId>,
    /// How often the owner has acquired it.
    count: usize,
}

/// The error of `release`: this thread does not own the lock.
#[derive(Debug, PartialEq, Eq)]
pub struct NotOwner;

impl RLock {
    pub fn new() -> Self {
        RLock { state: Mutex::new(State { owner: None, count: 0 }), free: Condvar::new() }
    }

    /// Blocks until no other thread owns it.
    pub fn acquire(&self) {
        todo!()
    }

    /// Acquires it unless another thread owns it, and says whether. Does not wait for the other.
    pub fn try_acquire(&self) -> bool {
        todo!()
    }

    /// Releases it once. It is free when it was released as often as acquired.
    pub fn release(&self) -> Result<(), NotOwner> {
        todo!()
    }
}
