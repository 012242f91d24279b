//! Without a GIL each reference must be counted by an atomic step, and threads that share an object share its count.
//!
//! What is measured: counting up and down, as the interpreter does under a GIL, as without, and by two threads at the
//! same object. CPython's free-threaded build lets the thread that made an object count without atomics, and does not
//! count some objects at all; ours does the latter.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

const TIMES: u32 = 1_000_000;

// ANCHOR: show
fn with_gil(count: &AtomicUsize) {
    count.store(count.load(Relaxed) + 1, Relaxed);
    count.store(count.load(Relaxed) - 1, Relaxed);
}

fn without(count: &AtomicUsize) {
    count.fetch_add(1, Relaxed);
    count.fetch_sub(1, Relaxed);
}

fn main() {
    let count = AtomicUsize::new(1);
    let nobody = || ();
    println!("with a GIL:  {:.1} ns", cost(with_gil, &count, nobody));
    println!("without:     {:.1} ns", cost(without, &count, nobody));
    let other = || many(without, &count);
    println!("two threads: {:.1} ns", cost(without, &count, other));
}
// ANCHOR_END: show

/// Nanoseconds for once, while another thread does something.
fn cost(f: fn(&AtomicUsize), count: &AtomicUsize, other: impl Fn() + Sync) -> f64 {
    std::thread::scope(|scope| {
        scope.spawn(&other);
        let begun = Instant::now();
        many(f, count);
        begun.elapsed().as_secs_f64() * 1e9 / f64::from(TIMES)
    })
}

fn many(f: fn(&AtomicUsize), count: &AtomicUsize) {
    for _ in 0..TIMES {
        black_box(f)(black_box(count));
    }
}
