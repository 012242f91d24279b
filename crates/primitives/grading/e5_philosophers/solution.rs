//! Every philosopher takes the fork with the smaller number first. In a cycle of waiting, each would hold a fork and
//! wait for a fork with a larger number, all the way round; but numbers cannot grow all the way round. So there is no
//! cycle, however many sit at the table, and no philosopher needs to know what the others do.
//!
//! For all but the last philosopher that is "left first"; the last one is left-handed. A waiter who seats all but one
//! at a time would also work, at the price of one more lock for all of them.

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
        let _first = self.forks[left.min(right)].lock();
        let _second = self.forks[left.max(right)].lock();
        eat()
    }
}
