//! follow, mended: a guard, which is dropped wherever a turn of the loop ends.

use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::sync::{Arc, Mutex};
use interleave::thread;

/// A message is valid if its two halves are the same.
struct Connection {
    head: AtomicU32,
    tail: AtomicU32,
    lock: Mutex<()>,
}

impl Connection {
    fn new() -> Self {
        Connection { head: AtomicU32::new(0), tail: AtomicU32::new(0), lock: Mutex::new(()) }
    }
}

// ANCHOR: show
fn follow(connection: &Connection) {
    for _ in 0..2 {
        let _lock = connection.lock.lock();
        let head = connection.head.load(Relaxed);
        let tail = connection.tail.load(Relaxed);
        if head != tail {
            continue; // an invalid message
        }
    }
}

fn main() {
    let connection = Arc::new(Connection::new());
    let other = Arc::clone(&connection);
    let follower = thread::spawn(move || follow(&other));
    connection.head.store(1, Relaxed);
    connection.tail.store(1, Relaxed);
    follower.join().unwrap();
}
// ANCHOR_END: show

crate::puzzles::scenario!(main);
