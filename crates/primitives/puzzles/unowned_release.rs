//! puzzle: Who has released my lock?
//! goal: Two threads add, whenever the lock is free. Lose an addition.
//! class: wrong-value
//! learnt: Python's Lock has no owner: any thread can release it, even a thread that never acquired it. A guard exists
//! only after an acquire.

use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::sync::{Arc, Mutex};
use interleave::thread;

/// The lecture's `lock_t`, without its condition: here nobody waits.
struct Lock {
    locked: Mutex<bool>,
}

impl Lock {
    #[track_caller]
    fn try_acquire(&self) -> bool {
        !std::mem::replace(&mut *self.locked.lock(), true)
    }

    #[track_caller]
    fn release(&self) {
        *self.locked.lock() = false;
    }
}

struct Counter {
    lock: Lock,
    value: AtomicU32,
}

impl Counter {
    fn new() -> Self {
        Counter { lock: Lock { locked: Mutex::new(false) }, value: AtomicU32::new(0) }
    }
}

// ANCHOR: show
fn add(counter: &Counter) -> u32 {
    let acquired = counter.lock.try_acquire();
    if acquired {
        let value = counter.value.load(Relaxed);
        counter.value.store(value + 1, Relaxed);
    }
    counter.lock.release();
    u32::from(acquired)
}

fn main() {
    let counter = Arc::new(Counter::new());
    let other = Arc::clone(&counter);
    let adder = thread::spawn(move || add(&other) + add(&other));
    let added = add(&counter) + adder.join().unwrap();
    assert_eq!(counter.value.load(Relaxed), added, "one is lost");
}
// ANCHOR_END: show

crate::puzzles::scenario!(main);
