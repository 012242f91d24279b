//! not_in_cache, mended: one lock from the look to the act.

use std::collections::BTreeSet;

use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::sync::{Arc, Mutex};
use interleave::thread;

struct Python {
    /// Who has the GIL has the dict.
    cache: Mutex<BTreeSet<&'static str>>,
    lock: Mutex<()>,
    opened: AtomicU32,
}

impl Python {
    fn new() -> Self {
        Python { cache: Mutex::new(BTreeSet::new()), lock: Mutex::new(()), opened: AtomicU32::new(0) }
    }
}

// ANCHOR: show
fn connect(python: &Python) {
    let _lock = python.lock.lock(); // with lock:
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
