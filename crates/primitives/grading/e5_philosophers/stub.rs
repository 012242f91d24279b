//! Exercise 2/5: the dining philosophers. The task stands in e5_philosophers.md.

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
        todo!()
    }
}
