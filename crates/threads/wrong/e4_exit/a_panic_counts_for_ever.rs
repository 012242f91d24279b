//! wrong: hang: a job that panics is never counted down

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
        let threads = Arc::clone(self);
        thread::spawn(move || {
            job();
            threads.state.lock().running -= 1;
            threads.changed.notify_all();
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
