//! A condition: wait, with the lock released, until another thread says that something has changed.
//!
//! The slide with the producer. Its condition is called `is_empty`, the opposite of what its consumer waits for,
//! and its `... = q.popleft()` is a syntax error.

use std::collections::VecDeque;
use std::thread::sleep;
use std::time::Duration;

use ungil_primitives::{Condition, Lock};
use ungil_threads::scope;
use ungil_timeline::{Lane, Timeline};

// ANCHOR: show
static Q: Lock<VecDeque<u32>> = Lock::new(VecDeque::new());
static NOT_EMPTY: Condition = Condition::new();

fn producer(consumer: &Lane, me: &Lane) {
    for item in 1..=3 {
        {
            let _working = me.span("makes one");
            sleep(Duration::from_millis(10));
        }
        let mut q = Q.lock();
        q.push_back(item);
        NOT_EMPTY.notify_one(&q);
        me.arrow(consumer, "notify");
    }
}

fn consumer(me: &Lane) {
    for _ in 0..3 {
        let mut q = Q.lock();
        let waiting = me.wait("wait");
        while q.is_empty() {
            NOT_EMPTY.wait(&mut q);
        }
        drop(waiting);
        println!("got {:?}", q.pop_front());
    }
}

fn main() {
    let timeline = Timeline::new();
    let [p, c] = ["producer", "consumer"].map(|name| timeline.lane(name));
    scope(|s| {
        s.spawn(|| consumer(&c));
        s.spawn(|| producer(&c, &p));
    });
    println!(
        "nobody waits: notified {}",
        NOT_EMPTY.notify_all(&Q.lock())
    );
    timeline.show("condition");
}
// ANCHOR_END: show
