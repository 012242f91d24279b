use interleave::sync::{Condvar, Mutex};

/// A round table, with as many forks as seats.
pub struct Table {
    /// Which forks are in use.
    used: Mutex<Vec<bool>>,
    /// Belongs to `used`: forks were put down.
    put_down: Condvar,
}

impl Table {
    /// Two seats or more.
    pub fn new(seats: usize) -> Self {
        Table { used: Mutex::new(vec![false; seats]), put_down: Condvar::new() }
    }

    /// Takes the forks on both sides of `seat`, eats, puts them down, and gives what `eat` gives. The fork on
    /// the left has the seat's number, the one on the right the next seat's.
    pub fn dine<R>(&self, seat: usize, eat: impl FnOnce() -> R) -> R {
        let mut used = self.used.lock();
        let (left, right) = (seat, (seat + 1) % used.len());
        while used[left] || used[right] {
            used = self.put_down.wait(used);
        }
        (used[left], used[right]) = (true, true);
        drop(used);
        let eaten = eat();
        let mut used = self.used.lock();
        (used[left], used[right]) = (false, false);
        eaten
    }
}
