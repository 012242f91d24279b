//! Without a GIL, a reference counted in two steps is lost, and its object is freed while a thread uses it.
//!
//! Two threads take a reference each. The checker tries all orders of their steps. It finds that a load and a store are
//! wrong, and proves the atomic step. That is what a Python without a GIL pays, at each use
//! of an object. (CPython pays less: the thread that made an object counts without atomics.)

use std::sync::atomic::Ordering::Relaxed;

use interleave::sync::Arc;
use interleave::sync::atomic::AtomicUsize;
use interleave::{Model, Style, thread};

// ANCHOR: show
fn two_steps(count: &AtomicUsize) {
    let now = count.load(Relaxed);
    count.store(now + 1, Relaxed);
}

fn one_step(count: &AtomicUsize) {
    count.fetch_add(1, Relaxed);
}

fn share(take_a_reference: fn(&AtomicUsize)) {
    let count = Arc::new(AtomicUsize::new(1));
    let count2 = Arc::clone(&count);
    let other = thread::spawn(move || take_a_reference(&count2));
    take_a_reference(&count);
    other.join().unwrap();
    assert_eq!(count.load(Relaxed), 3, "references");
}

fn main() {
    let failure = Model::new().search(|| share(two_steps)).unwrap_err();
    let style = Style { width: 76, ..Style::default() };
    println!("{}", failure.picture(style));
    let explored = Model::new().prove(|| share(one_step));
    println!("in one atomic step: {explored}");
}
// ANCHOR_END: show
