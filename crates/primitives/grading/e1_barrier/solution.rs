//! The last thread to arrive does everything: it begins the next round, and only then wakes the others. So it does not
//! matter how fast it comes back: it is then counted in a new round with nobody in it.
//!
//! The others must not look at `arrived`: when they wake, it may already count threads of the next round. They wait
//! until the round has changed, and a finished round never comes back.

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
    /// How many rounds are over.
    round: usize,
}

impl Barrier {
    pub fn new(parties: usize) -> Self {
        let state = State { arrived: 0, round: 0 };
        Barrier { parties, state: Mutex::new(state), opened: Condvar::new() }
    }

    /// Blocks until all threads of this round have come; then they all go on, and the next round begins.
    /// Gives the place in which this thread has come, from 0.
    pub fn wait(&self) -> usize {
        let mut state = self.state.lock();
        let place = state.arrived;
        state.arrived += 1;
        if state.arrived == self.parties {
            state.arrived = 0;
            state.round += 1;
            self.opened.notify_all();
        } else {
            let round = state.round;
            while state.round == round {
                state = self.opened.wait(state);
            }
        }
        place
    }
}
