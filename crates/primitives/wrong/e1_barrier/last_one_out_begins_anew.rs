//! wrong: wrong-value: a fast thread comes again before the slow ones have left, and passes with them

use interleave::sync::{Condvar, Mutex};

/// A place where a number of threads wait for each other.
pub struct Barrier {
    /// For how many threads it is.
    parties: usize,
    state: Mutex<State>,
    /// Belongs to `state`: a round is over.
    opened: Condvar,
}

struct State {
    /// How many threads have come in this round.
    arrived: usize,
    /// How many of them have left.
    left: usize,
}

impl Barrier {
    pub fn new(parties: usize) -> Self {
        let state = State { arrived: 0, left: 0 };
        Barrier { parties, state: Mutex::new(state), opened: Condvar::new() }
    }

    /// Blocks until all threads of this round have come; then they all go on, and the next round begins.
    /// Gives the place in which this thread has come, from 0.
    pub fn wait(&self) -> usize {
        let mut state = self.state.lock();
        let place = state.arrived;
        state.arrived += 1;
        if state.arrived >= self.parties {
            self.opened.notify_all();
        } else {
            while state.arrived < self.parties {
                state = self.opened.wait(state);
            }
        }
        state.left += 1;
        if state.left == self.parties {
            state.arrived = 0;
            state.left = 0;
        }
        place
    }
}
