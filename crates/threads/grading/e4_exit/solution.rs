//! The starting thread counts a new thread before it exists, so `exit` cannot overlook a thread that is about to
//! begin; and a thread that starts another is still counted itself. A destructor counts down, so a panic cannot skip
//! it.
//!
//! `exit` sets `closed` under the same lock under which it has seen that no thread runs: there is no moment in
//! between.

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
        {
            let mut state = self.state.lock();
            if state.closed {
                return false;
            }
            state.running += 1;
        }
        let running = Running(Arc::clone(self));
        thread::spawn(move || {
            let _running = running;
            job();
        });
        true
    }

    /// Blocks until every thread has ended, also those that were started meanwhile. From then on none can be
    /// started.
    pub fn exit(&self) {
        let mut state = self.state.lock();
        while state.running > 0 {
            state = self.changed.wait(state);
        }
        state.closed = true;
    }
}

/// A thread that runs; its destructor counts it down, also in a panic.
struct Running(Arc<Threads>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.state.lock().running -= 1;
        self.0.changed.notify_all();
    }
}
