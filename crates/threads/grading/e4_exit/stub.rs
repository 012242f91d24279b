//! Exercise 1/4: an exit that waits for all threads. The task stands in e4_exit.md.

use interleave::sync::{Arc, Condvar, Mutex};
use interleave::thread;

/// The threads of a program, for which its exit waits.
pub struct Threads {
    state: Mutex<State>,
    /// Belongs to `state`.
    changed: Condvar,
}

struct State {
    /// How many threads have been started and have not ended.
    running: usize,
    /// Whether the exit has waited for all: from then on nobody would wait for a new thread.
    closed: bool,
}

impl Threads {
    pub fn new() -> Arc<Self> {
        let state = State { running: 0, closed: false };
        Arc::new(Threads { state: Mutex::new(state), changed: Condvar::new() })
    }

    /// Runs `job` in a new thread; or says `false`, if the exit is over.
    pub fn start(self: &Arc<Self>, job: impl FnOnce() + Send + 'static) -> bool {
        todo!()
    }

    /// Blocks until every thread has ended, also those that were started meanwhile. From then on none can be
    /// started.
    pub fn exit(&self) {
        todo!()
    }
}
