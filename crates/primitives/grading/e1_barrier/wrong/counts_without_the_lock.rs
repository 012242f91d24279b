use interleave::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use interleave::sync::{Condvar, Mutex};

/// A place where a number of threads wait for each other.
pub struct Barrier {
    /// For how many threads it is.
    parties: usize,
    /// How many threads have come in this round.
    arrived: AtomicUsize,
    /// How many rounds are over.
    round: AtomicUsize,
    lock: Mutex<()>,
    /// Belongs to `lock`: a round is over.
    opened: Condvar,
}

impl Barrier {
    pub fn new(parties: usize) -> Self {
        Barrier {
            parties,
            arrived: AtomicUsize::new(0),
            round: AtomicUsize::new(0),
            lock: Mutex::new(()),
            opened: Condvar::new(),
        }
    }

    /// Blocks until all threads of this round have come; then they all go on, and the next round begins.
    /// Gives the place in which this thread has come, from 0.
    pub fn wait(&self) -> usize {
        let round = self.round.load(SeqCst);
        let place = self.arrived.fetch_add(1, SeqCst);
        if place + 1 == self.parties {
            self.arrived.store(0, SeqCst);
            self.round.store(round + 1, SeqCst);
            self.opened.notify_all();
        } else {
            let mut lock = self.lock.lock();
            while self.round.load(SeqCst) == round {
                lock = self.opened.wait(lock);
            }
        }
        place
    }
}
