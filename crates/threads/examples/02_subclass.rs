//! A type with a `run` method can be a thread's target, too; but a closure can also be called without a thread.
//!
//! Slide 6. The lecture says what is wrong with subclassing: a `CountdownThread` is useful only in a thread of its
//! own.

use ungil_threads::{Runnable, spawn};

// ANCHOR: show
struct Countdown {
    n: u32,
}

impl Runnable for Countdown {
    type Output = ();

    fn run(self) {
        countdown(self.n);
    }
}

fn countdown(n: u32) {
    let left: Vec<String> =
        (0..n).rev().map(|left| left.to_string()).collect();
    println!("{}: {}", ungil_threads::current().name(), left.join(" "));
}

fn main() {
    let by_type = spawn(Countdown { n: 3 });
    by_type.join().expect("no panic");

    let by_closure = spawn(|| countdown(3)); // no type, no trait, and
    by_closure.join().expect("no panic");

    countdown(3); // it runs anywhere
}
// ANCHOR_END: show
