//! wrong: panic: on the right of the last seat there is no fork

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
        let (left, right) = (seat, seat + 1);
        let _first = self.forks[left.min(right)].lock();
        let _second = self.forks[left.max(right)].lock();
        eat()
    }
}
