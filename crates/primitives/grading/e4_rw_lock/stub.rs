//! Exercise 2/4: a lock for readers and writers. The task stands in e4_rw_lock.md.

use interleave::sync::{Condvar, Mutex};

/// A lock for many readers or one writer. A writer who waits is not overtaken.
pub struct RwLock {
    state: Mutex<State>,
    /// Belongs to `state`.
    changed: Condvar,
}

struct State {
    /// How many read.
    readers: usize,
    /// Whether somebody writes.
    writing: bool,
}

impl RwLock {
    pub fn new() -> Self {
        let state = State { readers: 0, writing: false };
        RwLock { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Blocks until nobody writes and no writer waits. Others may read at the same time.
    pub fn acquire_read(&self) {
        todo!()
    }

    /// As `acquire_read`, but instead of waiting it says `false`.
    pub fn try_acquire_read(&self) -> bool {
        todo!()
    }

    /// The end of reading.
    pub fn release_read(&self) {
        todo!()
    }

    /// Blocks until nobody reads or writes. From now on no reader gets in before this writer.
    pub fn acquire_write(&self) {
        todo!()
    }

    /// The end of writing.
    pub fn release_write(&self) {
        todo!()
    }
}
