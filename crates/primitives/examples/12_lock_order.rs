//! Two locks, taken in two orders: no thread is blocked, and the possible deadlock is reported all the same.
//!
//! On no slide. A deadlock needs two threads at the same moment; the cycle in their lock orders can be seen
//! without that. The detector is a feature, in debug builds only; without a hook it prints its report to stderr.

use ungil_primitives::Lock;
use ungil_primitives::lock_order::{self, Link, Report};
use ungil_threads::scope;

// ANCHOR: show
type Account = Lock<i64>;

fn pay(from: &Account, to: &Account, amount: i64) {
    let mut from = from.lock();
    let mut to = to.lock();
    *from -= amount;
    *to += amount;
}

fn main() {
    lock_order::set_hook(|report| {
        let Report::Cycle(links) = report else { return };
        println!("these can block each other for ever:");
        for Link { thread, holds, takes, .. } in links {
            let (holds, takes) = (holds.made.line(), takes.made.line());
            println!("{thread}: has the lock of line {holds}");
            println!("    and takes that of line {takes}");
        }
    });
    let ann = Account::new(10);
    let bob = Account::new(10);
    scope(|s| {
        let first = s.spawn(|| pay(&ann, &bob, 5));
        first.join().expect("no panic");
        s.spawn(|| pay(&bob, &ann, 3));
    });
    println!("ann {}, bob {}", ann.into_inner(), bob.into_inner());
}
// ANCHOR_END: show
