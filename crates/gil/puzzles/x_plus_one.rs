//! puzzle: x += 1, under the old GIL
//! goal: Two threads execute `x += 1`, and x was 0. Let it be 1 in the end.
//! class: wrong-value
//! learnt: The GIL makes an instruction atomic, and `x += 1` is several. It protects the interpreter, not your program:
//! the program needs its own lock.

use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::sync::{Arc, Mutex};
use interleave::thread;

struct Python {
    gil: Mutex<()>,
    x: AtomicU32,
}

impl Python {
    fn new() -> Self {
        Python { gil: Mutex::new(()), x: AtomicU32::new(0) }
    }
}

// ANCHOR: show
fn x_plus_one(python: &Python) {
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
