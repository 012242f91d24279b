//! x_plus_one, mended: the program has a lock, and keeps it while the GIL comes and goes.

use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::sync::{Arc, Mutex};
use interleave::thread;

struct Python {
    gil: Mutex<()>,
    lock: Mutex<()>,
    x: AtomicU32,
}

impl Python {
    fn new() -> Self {
        Python { gil: Mutex::new(()), lock: Mutex::new(()), x: AtomicU32::new(0) }
    }
}

// ANCHOR: show
fn x_plus_one(python: &Python) {
    let _lock = python.lock.lock(); // with lock:
    let gil = python.gil.lock();
    let value = python.x.load(Relaxed); // LOAD_GLOBAL x
    drop(gil); // the hundredth tick
    let _gil = python.gil.lock();
    python.x.store(value + 1, Relaxed); // ADD, STORE_GLOBAL x
}

fn main() {
    let python = Arc::new(Python::new());
    let other = Arc::clone(&python);
    let other = thread::spawn(move || x_plus_one(&other));
    x_plus_one(&python);
    other.join().unwrap();
    assert_eq!(python.x.load(Relaxed), 2, "an addition is lost");
}
// ANCHOR_END: show

crate::puzzles::scenario!(main);
