//! "What can go wrong?" The lecture's `follow` in both of its forms, and a correct one: src/steps/follow.rs.
//!
//! The two slides with `follow`. A limit ends the first form's wait; Python's waits for ever.

use std::collections::VecDeque;
use std::time::Duration;

use ReadError::{Closed, Invalid};
use ungil_primitives::steps::follow::{
    Connection, ReadError, by_hand, follow, with_guard,
};
use ungil_primitives::{Interrupted, Limit, Lock, RawLock};

/// A connection that delivers these messages and is then closed.
struct Script(Lock<VecDeque<Result<u32, ReadError>>>);

impl Script {
    fn of<const N: usize>(messages: [Result<u32, ReadError>; N]) -> Self {
        Script(Lock::new(VecDeque::from(messages)))
    }
}

impl Connection for Script {
    type Message = u32;

    fn read_message(&self) -> Result<u32, ReadError> {
        self.0.lock().pop_front().unwrap_or(Err(Closed))
    }
}

// ANCHOR: show
fn main() {
    let messages = || Script::of([Ok(1), Err(Invalid), Ok(2)]);
    let put = |message| {
        println!("  put {message}");
        Ok(())
    };
    let soon = Limit::timeout(Duration::from_millis(20));
    let none = Limit::none();

    println!("by hand; an invalid message:");
    let lock = RawLock::new();
    let ended = by_hand(&messages(), &lock, &put, &soon);
    println!("  {ended:?}, still locked: {}", lock.is_locked());

    println!("with; an invalid message:");
    let connection = Lock::new(messages());
    println!("  {:?}", with_guard(&connection, &put, &none));

    println!("with; the connection is closed:");
    let connection = Lock::new(Script::of([]));
    println!("  {:?}", with_guard(&connection, &put, &none));

    println!("with; the queue is full:");
    let connection = Lock::new(Script::of([Ok(1), Ok(2)]));
    let full = |_| {
        println!("  waits, and locked: {}", connection.is_locked());
        Err(Interrupted::Timeout) // it would wait for ever
    };
    println!("  {:?}", with_guard(&connection, &full, &none));

    println!("right; the queue is full:");
    println!("  {:?}", follow(&connection, &full, &none));

    println!("right; an invalid message, then closed:");
    println!("  {:?}", follow(&Lock::new(messages()), &put, &none));
}
// ANCHOR_END: show
