//! puzzle: if name not in cache
//! goal: Every statement has the GIL for itself. Open the connection twice all the same.
//! class: wrong-value
//! learnt: A value looked up under the GIL may be out of date when the next statement begins. Checking and acting are
//! one step only with a lock around both, or if one call does both: `cache.setdefault`.

use std::collections::BTreeSet;

use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::sync::{Arc, Mutex};
use interleave::thread;

struct Python {
    /// The GIL protects the dict.
    cache: Mutex<BTreeSet<&'static str>>,
    opened: AtomicU32,
}

impl Python {
    fn new() -> Self {
        Python { cache: Mutex::new(BTreeSet::new()), opened: AtomicU32::new(0) }
    }
}

// ANCHOR: show
fn connect(python: &Python) {
    let cached = python.cache.lock().contains("db");
    // if name not in cache:
    if !cached {
        python.opened.fetch_add(1, Relaxed);
        python.cache.lock().insert("db");
    }
}

fn main() {
    let python = Arc::new(Python::new());
    let other = Arc::clone(&python);
    let other = thread::spawn(move || connect(&other));
    connect(&python);
    other.join().unwrap();
    assert_eq!(python.opened.load(Relaxed), 1, "opened twice");
}
// ANCHOR_END: show

crate::puzzles::scenario!(main);
