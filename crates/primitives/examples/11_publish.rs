//! A flag says that the data is there, and the data is old: why a lock's release is a Release.
//!
//! On no slide. The checker tries all orders of steps and all values that the memory model allows. It finds that
//! `Relaxed` is wrong, and proves `Release` with `Acquire`.

use std::sync::atomic::Ordering::{self, Acquire, Relaxed, Release};

use interleave::sync::Arc;
use interleave::sync::atomic::{AtomicBool, AtomicU32};
use interleave::{Model, Style, thread};

// ANCHOR: show
fn publish(store: Ordering, load: Ordering) {
    let data = Arc::new(AtomicU32::new(0));
    let ready = Arc::new(AtomicBool::new(false));
    let (data2, ready2) = (Arc::clone(&data), Arc::clone(&ready));
    let writer = thread::spawn(move || {
        data2.store(42, Relaxed);
        ready2.store(true, store);
    });
    if ready.load(load) {
        assert_eq!(data.load(Relaxed), 42);
    }
    writer.join().unwrap();
}

fn main() {
    let failure = Model::new().search(|| publish(Relaxed, Relaxed));
    let style = Style { width: 76, ..Style::default() };
    println!("{}", failure.unwrap_err().picture(style));
    let explored = Model::new().prove(|| publish(Release, Acquire));
    println!("Release and Acquire: {explored}");
}
// ANCHOR_END: show
