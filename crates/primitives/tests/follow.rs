//! The lecture's `follow`: what is wrong with both of its forms, and that the third is right.
//!
//! A limit of no time: what is free is taken, and what would block fails at once, however fast the machine
//! is.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ungil_primitives::steps::follow::{
    Connection, Ended, RECURSION_LIMIT, ReadError, by_hand, follow, with_guard,
};
use ungil_primitives::{Interrupted, Limit, Lock, RawLock};

/// A connection on which this comes, and then nothing any more.
struct Script {
    left: Lock<VecDeque<Result<u32, ReadError>>>,
    reads: AtomicUsize,
}

impl Script {
    fn of(messages: &[Result<u32, ReadError>]) -> Self {
        Script { left: Lock::new(messages.iter().copied().collect()), reads: AtomicUsize::new(0) }
    }

    fn reads(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }
}

impl Connection for Script {
    type Message = u32;

    fn read_message(&self) -> Result<u32, ReadError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.left.lock().pop_front().unwrap_or(Err(ReadError::Closed))
    }
}

const MESSAGES: [Result<u32, ReadError>; 3] = [Ok(1), Err(ReadError::Invalid), Ok(2)];

fn no_time() -> Limit {
    Limit::timeout(Duration::ZERO)
}

/// A queue with room for everything.
fn into(queue: &Lock<Vec<u32>>) -> impl Fn(u32) -> Result<(), Interrupted> + '_ {
    |message| {
        queue.lock().push(message);
        Ok(())
    }
}

#[test]
fn by_hand_waits_for_itself_after_an_invalid_message() {
    let (connection, lock, queue) = (Script::of(&MESSAGES), RawLock::new(), Lock::new(Vec::new()));
    let ended = by_hand(&connection, &lock, &into(&queue), &no_time());
    assert_eq!(ended, Ended::Blocked(Interrupted::Timeout));
    assert!(lock.is_locked());
    assert_eq!((queue.into_inner(), connection.reads()), (vec![1], 2));
}

#[test]
fn by_hand_leaves_the_lock_held_when_the_connection_is_closed() {
    let (connection, lock) = (Script::of(&[]), RawLock::new());
    let ended = by_hand(&connection, &lock, &|_| Ok(()), &no_time());
    assert_eq!((ended, lock.is_locked()), (Ended::Uncaught(ReadError::Closed), true));
}

#[test]
fn with_guard_ends_at_an_invalid_message() {
    let (connection, queue) = (Lock::new(Script::of(&MESSAGES)), Lock::new(Vec::new()));
    let ended = with_guard(&connection, &into(&queue), &no_time());
    assert_eq!((ended, connection.is_locked()), (Ended::Uncaught(ReadError::Invalid), false));
    assert_eq!(queue.into_inner(), [1]);
}

#[test]
fn with_guard_calls_itself_on_a_closed_connection_until_the_stack_is_full() {
    let connection = Lock::new(Script::of(&[]));
    assert_eq!(with_guard(&connection, &|_| Ok(()), &no_time()), Ended::RecursionError);
    assert_eq!(connection.lock().reads(), RECURSION_LIMIT + 1);
}

/// Whether `follow` holds the lock of the connection while it puts into a queue that is full.
fn held_while_it_puts(
    follow: impl FnOnce(&Lock<Script>, &dyn Fn(u32) -> Result<(), Interrupted>),
) -> Vec<bool> {
    let connection = Lock::new(Script::of(&[Ok(1)]));
    let held = Lock::new(Vec::new());
    follow(&connection, &|_| {
        held.lock().push(connection.is_locked());
        Err(Interrupted::Timeout)
    });
    held.into_inner()
}

#[test]
fn with_guard_puts_while_it_holds_the_lock() {
    let held = held_while_it_puts(|connection, put| {
        assert_eq!(with_guard(connection, put, &Limit::none()), Ended::Blocked(Interrupted::Timeout));
    });
    assert_eq!(held, [true]);
}

#[test]
fn follow_puts_without_the_lock() {
    let held = held_while_it_puts(|connection, put| {
        assert_eq!(follow(connection, put, &Limit::none()), Err(Interrupted::Timeout));
    });
    assert_eq!(held, [false]);
}

#[test]
fn follow_reads_on_after_an_invalid_message_until_the_connection_is_closed() {
    let (connection, queue) = (Lock::new(Script::of(&MESSAGES)), Lock::new(Vec::new()));
    assert_eq!(follow(&connection, &into(&queue), &Limit::none()), Ok(()));
    assert_eq!(queue.into_inner(), [1, 2]);
}

#[test]
fn follow_needs_no_stack_for_bad_messages() {
    let connection = Lock::new(Script::of(&vec![Err(ReadError::Invalid); 100_000]));
    assert_eq!(follow(&connection, &|_| Ok(()), &Limit::none()), Ok(()));
    assert_eq!(connection.lock().reads(), 100_001);
}

#[test]
fn two_followers_share_a_connection() {
    let connection = Lock::new(Script::of(&(0..1000).map(Ok).collect::<Vec<_>>()));
    let queue = Lock::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| follow(&connection, &into(&queue), &Limit::none()));
        }
    });
    let mut messages = queue.into_inner();
    messages.sort_unstable();
    assert!(messages.into_iter().eq(0..1000));
}

#[test]
fn follow_gives_up_at_its_limit() {
    let connection = Lock::new(Script::of(&MESSAGES));
    let _held = connection.lock();
    assert_eq!(follow(&connection, &|_| Ok(()), &no_time()), Err(Interrupted::Timeout));
}
