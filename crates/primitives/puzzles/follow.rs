//! puzzle: follow keeps its lock
//! goal: T1 reads messages while main writes one. Make T1 wait for ever for a lock that nobody else has.
//! class: deadlock
//! learnt: Every way out must release the lock, and the way out after an error is easily forgotten. A guard releases
//! the lock on all of them.

use std::mem::ManuallyDrop;

use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::sync::{Arc, Mutex, MutexGuard};
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

/// Like Python's: no guard releases it.
#[track_caller]
fn acquire(lock: &Mutex<()>) -> ManuallyDrop<MutexGuard<'_, ()>> {
    ManuallyDrop::new(lock.lock())
}

#[track_caller]
fn release(lock: ManuallyDrop<MutexGuard<'_, ()>>) {
    drop(ManuallyDrop::into_inner(lock));
}

// ANCHOR: show
fn follow(connection: &Connection) {
    for _ in 0..2 {
        let lock = acquire(&connection.lock);
        let head = connection.head.load(Relaxed);
        let tail = connection.tail.load(Relaxed);
        if head != tail {
            continue; // an invalid message
        }
        release(lock);
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
