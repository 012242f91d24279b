//! Why `wait` needs a loop: another thread may take the item before the woken thread runs.
//!
//! The same slide, the line with the "!". The slide's reason is spurious wake-ups. Neither CPython's wait nor ours has
//! them; a *stolen* wake-up can happen to both.

use std::collections::VecDeque;

use ungil_primitives::{Condition, Event, Lock};
use ungil_threads::scope;

// ANCHOR: show
static Q: Lock<VecDeque<u32>> = Lock::new(VecDeque::new());
static NOT_EMPTY: Condition = Condition::new();
static WAITS: Event = Event::new();

fn consumer() {
    let mut q = Q.lock();
    while q.is_empty() {
        WAITS.set();
        NOT_EMPTY.wait(&mut q);
        println!("woken: {} items", q.len());
    }
    println!("got {:?}", q.pop_front());
}

fn main() {
    scope(|s| {
        s.spawn(consumer);

        WAITS.wait();
        let mut q = Q.lock(); // free, so the consumer waits
        WAITS.clear();
        q.push_back(1);
        println!("notified: {}", NOT_EMPTY.notify_one(&q));
        println!("stolen: {:?}", q.pop_front());
        drop(q);

        WAITS.wait(); // it has found nothing, and waits again
        let mut q = Q.lock();
        q.push_back(2);
        println!("notified: {}", NOT_EMPTY.notify_one(&q));
    });
}
// ANCHOR_END: show
