//! shared_counter, mended: the look is under the lock, too.

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
    let _lock = tickets.lock.lock();
    let value = tickets.value.load(Relaxed);
    if value > 0 {
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
