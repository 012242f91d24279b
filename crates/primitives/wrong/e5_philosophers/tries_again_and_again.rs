//! wrong: livelock: who finds the second fork taken puts the first one down, and tries again without a pause

use interleave::sync::Mutex;

/// A round table, with as many forks as seats.
pub struct Table {
    forks: Vec<Mutex<()>>,
}

impl Table {
    /// Two seats or more.
    pub fn new(seats: usize) -> Self {
        Table { forks: (0..seats).map(|_| Mutex::new(())).collect() }
    }

    /// Takes the forks on both sides of `seat`, eats, puts them down, and gives what `eat` gives. The fork on
    /// the left has the seat's number, the one on the right the next seat's.
    pub fn dine<R>(&self, seat: usize, eat: impl FnOnce() -> R) -> R {
        let (left, right) = (seat, (seat + 1) % self.forks.len());
        loop {
            let _left = self.forks[left].lock();
            if let Some(_right) = self.forks[right].try_lock() {
                return eat();
            }
        }
    }
}
