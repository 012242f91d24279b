//! Exercise 2/1: a barrier. The task stands in e1_barrier.md.

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
        todo!()
    }
}
