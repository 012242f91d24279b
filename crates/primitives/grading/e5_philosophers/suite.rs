//! What an answer to "the dining philosophers" has to do.

use interleave::sync::Arc;
use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::{Explored, Failure, Model, SearchResult, thread};

use super::answer::Table;

fn whoever_is_alone_eats() -> SearchResult {
    Model::new().search(|| {
        let table = Table::new(3);
        for seat in [0, 1, 2, 0] {
            assert_eq!(table.dine(seat, || seat), seat, "dine gives what eat gives");
        }
    })
}

/// A table, and for each fork how often it was used: a meal uses two.
struct Dinner {
    table: Table,
    used: Vec<AtomicU32>,
}

impl Dinner {
    fn new(seats: usize) -> Arc<Self> {
        Arc::new(Dinner { table: Table::new(seats), used: (0..seats).map(|_| AtomicU32::new(0)).collect() })
    }

    fn dine(&self, seat: usize) {
        self.table.dine(seat, || {
            for fork in [seat, (seat + 1) % self.used.len()] {
                // Two steps: a neighbour may come in between, if it has the same fork.
                let used = self.used[fork].load(Relaxed);
                self.used[fork].store(used + 1, Relaxed);
            }
        });
    }

    /// The philosophers of these seats come, each in a thread; `main` is the first.
    fn begin(self: &Arc<Self>, seats: &[usize]) {
        let others: Vec<_> = seats[1..]
            .iter()
            .map(|&seat| {
                let dinner = Arc::clone(self);
                thread::spawn(move || dinner.dine(seat))
            })
            .collect();
        self.dine(seats[0]);
        for other in others {
            other.join().unwrap();
        }
        let used: u32 = self.used.iter().map(|used| used.load(Relaxed)).sum();
        assert_eq!(used as usize, 2 * seats.len(), "two have used the same fork at the same time");
    }
}

fn neighbours_never_use_the_same_fork() -> Result<Vec<Explored>, Box<Failure>> {
    let neighbours = [[0, 1], [1, 2], [3, 0]];
    neighbours.into_iter().map(|pair| Model::new().search(move || Dinner::new(4).begin(&pair))).collect()
}

fn who_has_two_forks_of_his_own_need_not_wait() -> SearchResult {
    Model::new().search(|| {
        let table = Arc::new(Table::new(4));
        let opposite = Arc::clone(&table);
        // The one on seat 0 eats until the one on seat 2 has eaten, who uses the other two forks.
        table.dine(0, || {
            thread::spawn(move || opposite.dine(2, || ())).join().unwrap();
        });
    })
}

fn all_three_eat() -> SearchResult {
    Model::new().preemption_bound(2).search(|| Dinner::new(3).begin(&[0, 1, 2]))
}

fn a_wake_up_for_no_reason_is_no_fork() -> SearchResult {
    Model::new().spurious(true).search(|| Dinner::new(2).begin(&[0, 1]))
}

/// Real threads, once: for wrong answers that real threads do not catch.
fn stress() {
    Dinner::new(3).begin(&[0, 1, 2]);
}

harness::suite! {
    "2/5": whoever_is_alone_eats, neighbours_never_use_the_same_fork,
    who_has_two_forks_of_his_own_need_not_wait, all_three_eat, a_wake_up_for_no_reason_is_no_fork; stress
}
