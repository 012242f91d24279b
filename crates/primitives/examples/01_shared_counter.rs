//! A counter that threads share; and how the slide's counter fails when its addition fails.
//!
//! The slide with `SharedCounter`. No code between `acquire` and `release` may fail, return early or panic: the lock
//! would stay held.

use std::num::ParseIntError;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use ungil_primitives::{Lock, RawLock, SharedCounter};
use ungil_threads::scope;

// ANCHOR: show
/// The slide's counter: the lock stands beside the value.
#[derive(Default)]
struct ByHand {
    value: AtomicI64,
    lock: RawLock,
}

impl ByHand {
    fn add(&self, delta: &str) -> Result<(), ParseIntError> {
        self.lock.acquire();
        let value = self.value.load(Relaxed);
        self.value.store(value + delta.parse::<i64>()?, Relaxed);
        let _ = self.lock.release();
        Ok(())
    }
}

/// The value is in the lock, and the guard releases it on every way out.
fn add(value: &Lock<i64>, delta: &str) -> Result<(), ParseIntError> {
    let mut value = value.lock();
    *value += delta.parse::<i64>()?;
    Ok(())
}

fn main() {
    let hits = SharedCounter::new(0);
    scope(|s| {
        for _ in 0..4 {
            s.spawn(|| (0..1000).for_each(|_| hits.increment(1)));
        }
    });
    println!("4 threads, 1000 each: {}", hits.get());

    let by_hand = ByHand::default();
    println!("by hand:  {}", by_hand.add("one").unwrap_err());
    println!("          still locked: {}", by_hand.lock.is_locked());

    let guarded = Lock::new(0);
    println!("by guard: {}", add(&guarded, "one").unwrap_err());
    println!("          still locked: {}", guarded.is_locked());
}
// ANCHOR_END: show
