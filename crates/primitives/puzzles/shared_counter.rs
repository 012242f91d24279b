//! puzzle: SharedCounter, read without its lock
//! goal: One ticket is left, and two threads sell. Sell it twice.
//! class: wrong-value
//! learnt: A value read without the lock may be old when the lock is acquired. Check and act in one critical section,
//! not in two.

use interleave::sync::atomic::{AtomicI32, Ordering::Relaxed};
use interleave::sync::{Arc, Mutex};
use interleave::thread;

struct SharedCounter {
    value: AtomicI32,
    lock: Mutex<()>,
}

impl SharedCounter {
    fn new(value: i32) -> Self {
        SharedCounter { value: AtomicI32::new(value), lock: Mutex::new(()) }
    }
}

// ANCHOR: show
fn sell(tickets: &SharedCounter) {
    // The lecture's `get`: without the lock.
    if tickets.value.load(Relaxed) > 0 {
        let _lock = tickets.lock.lock();
        let value = tickets.value.load(Relaxed);
        tickets.value.store(value - 1, Relaxed);
    }
}

fn main() {
    let tickets = Arc::new(SharedCounter::new(1));
    let other = Arc::clone(&tickets);
    let seller = thread::spawn(move || sell(&other));
    sell(&tickets);
    seller.join().unwrap();
    assert_eq!(tickets.value.load(Relaxed), 0, "sold twice");
}
// ANCHOR_END: show

crate::puzzles::scenario!(main);
