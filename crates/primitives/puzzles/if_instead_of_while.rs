//! puzzle: if instead of while
//! goal: T1 waits for a plate; main brings one, takes it away again, and brings another. Let T1 go on
//! without.
//! class: wrong-value
//! learnt: Between the wake-up and the next step another thread may be faster. A wake-up is only a reason to look
//! again, so a wait needs a loop.

use interleave::sync::{Arc, Condvar, Mutex};
use interleave::thread;

struct Counter {
    plates: Mutex<u32>,
    /// Belongs to `plates`.
    more: Condvar,
}

impl Counter {
    fn new() -> Self {
        Counter { plates: Mutex::new(0), more: Condvar::new() }
    }
}

// ANCHOR: show
fn take(counter: &Counter) {
    let mut plates = counter.plates.lock();
    if *plates == 0 {
        plates = counter.more.wait(plates);
    }
    assert!(*plates > 0, "there is no plate");
    *plates -= 1;
}

fn main() {
    let counter = Arc::new(Counter::new());
    let other = Arc::clone(&counter);
    let guest = thread::spawn(move || take(&other));
    *counter.plates.lock() = 1;
    counter.more.notify_one();
    *counter.plates.lock() = 0; // the wrong dish
    *counter.plates.lock() = 1;
    counter.more.notify_one();
    guest.join().unwrap();
}
// ANCHOR_END: show

crate::puzzles::scenario!(main);
