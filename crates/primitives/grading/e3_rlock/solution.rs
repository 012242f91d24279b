//! Owner and count are one state under one lock, so no thread sees one without the other. A thread that
//! finds itself as the owner can be sure of it: no other thread writes it there or takes it away.
//!
//! `acquire` calls `try_acquire` with the state already locked, so one place decides which thread gets
//! in.

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
        let mut state = self.state.lock();
        while !state.try_acquire() {
            state = self.free.wait(state);
        }
    }

    /// Acquires it unless another thread owns it, and says whether. Does not wait for the other.
    pub fn try_acquire(&self) -> bool {
        self.state.lock().try_acquire()
    }

    /// Releases it once. It is free when it was released as often as acquired.
    pub fn release(&self) -> Result<(), NotOwner> {
        let mut state = self.state.lock();
        if state.owner != Some(thread::current().id()) {
            return Err(NotOwner);
        }
        state.count -= 1;
        if state.count == 0 {
            state.owner = None;
            self.free.notify_one();
        }
        Ok(())
    }
}

impl State {
    fn try_acquire(&mut self) -> bool {
        let me = thread::current().id();
        let mine = *self.owner.get_or_insert(me) == me;
        if mine {
            self.count += 1;
        }
        mine
    }
}
