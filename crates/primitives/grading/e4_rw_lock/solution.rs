//! A writer announces itself before it looks for the first time, and a reader checks for waiting writers, too. From
//! then on the readers can only become fewer, and when the last reader has left, it is the writer's turn. The writer
//! takes its note back when it gets in; otherwise no reader would ever get in after it.
//!
//! With one condition for all, `notify_one` could wake a reader that must go on waiting, while the writer sleeps on.
//! With two conditions, each is notified when its kind may get in: one writer, but all readers.
//!
//! The price: if writers come without a pause, readers starve. A lock that is fair to both queues them in order of
//! arrival (FIFO).

use interleave::sync::{Condvar, Mutex};

/// A lock for many readers or one writer. A writer who waits is not overtaken.
pub struct RwLock {
    state: Mutex<State>,
    /// Belongs to `state`: readers may get in.
    no_writer: Condvar,
    /// Belongs to `state`: a writer may get in.
    nobody: Condvar,
}

struct State {
    /// How many read.
    readers: usize,
    /// Whether somebody writes.
    writing: bool,
    /// How many want to write, and have to wait.
    waiting_writers: usize,
}

impl RwLock {
    pub fn new() -> Self {
        let state = State { readers: 0, writing: false, waiting_writers: 0 };
        RwLock { state: Mutex::new(state), no_writer: Condvar::new(), nobody: Condvar::new() }
    }

    /// Blocks until nobody writes and no writer waits. Others may read at the same time.
    pub fn acquire_read(&self) {
        let mut state = self.state.lock();
        while !state.readable() {
            state = self.no_writer.wait(state);
        }
        state.readers += 1;
    }

    /// As `acquire_read`, but instead of waiting it says `false`.
    pub fn try_acquire_read(&self) -> bool {
        let mut state = self.state.lock();
        let readable = state.readable();
        if readable {
            state.readers += 1;
        }
        readable
    }

    /// The end of reading.
    pub fn release_read(&self) {
        let mut state = self.state.lock();
        state.readers -= 1;
        if state.readers == 0 {
            self.nobody.notify_one();
        }
    }

    /// Blocks until nobody reads or writes. From now on no reader gets in before this writer.
    pub fn acquire_write(&self) {
        let mut state = self.state.lock();
        state.waiting_writers += 1;
        while state.readers > 0 || state.writing {
            state = self.nobody.wait(state);
        }
        state.waiting_writers -= 1;
        state.writing = true;
    }

    /// The end of writing.
    pub fn release_write(&self) {
        let mut state = self.state.lock();
        state.writing = false;
        if state.waiting_writers > 0 {
            self.nobody.notify_one();
        } else {
            self.no_writer.notify_all();
        }
    }
}

impl State {
    fn readable(&self) -> bool {
        !self.writing && self.waiting_writers == 0
    }
}
