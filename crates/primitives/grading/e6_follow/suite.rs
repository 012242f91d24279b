//! What an answer to "find and mend follow" has to do.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex as Cell, PoisonError};
use std::time::Duration;

use interleave::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use interleave::sync::{Arc, Condvar, Mutex, MutexGuard};
use interleave::{Model, SearchResult, thread};

use super::answer::{Connection, InvalidMessage, Message, Queue, RawLock, follow};

/// A lock that is released by hand.
struct ByHand {
    connection_lock: &'static Mutex<()>,
    held: Cell<Option<Guard>>,
}

struct Guard(#[expect(dead_code, reason = "it is kept for its drop")] MutexGuard<'static, ()>);

// SAFETY: it is dropped by the thread that has acquired the lock, if `release` keeps to its contract.
unsafe impl Send for Guard {}

impl ByHand {
    fn new() -> Self {
        // A guard that outlives every borrow.
        let connection_lock = Box::leak(Box::new(Mutex::new(())));
        ByHand { connection_lock, held: Cell::new(None) }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Guard>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RawLock for ByHand {
    #[track_caller]
    fn acquire(&self) {
        let guard = self.connection_lock.lock();
        *self.held() = Some(Guard(guard));
    }

    fn release(&self) {
        let guard = self.held().take();
        assert!(guard.is_some(), "the lock is released, and nobody holds it");
    }
}

/// Messages that are there already.
struct Recorded {
    list: Vec<Result<Message, InvalidMessage>>,
    next: AtomicUsize,
}

impl Connection for Recorded {
    #[track_caller]
    fn read_message(&self) -> Result<Option<Message>, InvalidMessage> {
        // Two steps: without the lock, two threads may read the same message.
        let next = self.next.load(Relaxed);
        self.next.store(next + 1, Relaxed);
        self.list.get(next).copied().transpose()
    }
}

/// A queue with room for `size` messages.
struct Bounded {
    size: usize,
    messages: Mutex<VecDeque<Message>>,
    not_full: Condvar,
    not_empty: Condvar,
}

impl Bounded {
    fn new(size: usize) -> Self {
        Bounded {
            size,
            messages: Mutex::new(VecDeque::new()),
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
        }
    }

    #[track_caller]
    fn get(&self) -> Message {
        let mut messages = self.messages.lock();
        loop {
            if let Some(message) = messages.pop_front() {
                self.not_full.notify_one();
                return message;
            }
            messages = self.not_empty.wait(messages);
        }
    }
}

impl Queue for Bounded {
    #[track_caller]
    fn put(&self, message: Message) {
        let mut messages = self.messages.lock();
        while messages.len() == self.size {
            messages = self.not_full.wait(messages);
        }
        messages.push_back(message);
        self.not_empty.notify_one();
    }
}

/// A connection with its lock, and a queue for what it brings.
struct Line {
    connection: Recorded,
    lock: ByHand,
    queue: Bounded,
}

impl Line {
    fn new(messages: impl IntoIterator<Item = Result<Message, InvalidMessage>>, size: usize) -> Arc<Self> {
        let connection = Recorded { list: messages.into_iter().collect(), next: AtomicUsize::new(0) };
        Arc::new(Line { connection, lock: ByHand::new(), queue: Bounded::new(size) })
    }

    #[track_caller]
    fn follow(&self) {
        follow(&self.connection, &self.lock, &self.queue);
    }

    /// What is in the queue.
    fn messages(&self) -> Vec<Message> {
        self.queue.messages.lock().iter().copied().collect()
    }

    /// Waits for the lock, and gives it back.
    fn pass_the_lock(&self) {
        self.lock.acquire();
        self.lock.release();
    }
}

fn all_messages_come_in_their_order() -> SearchResult {
    Model::new().search(|| {
        let line = Line::new([Ok(1), Ok(2), Ok(3)], 3);
        line.follow();
        assert_eq!(line.messages(), [1, 2, 3]);
        line.pass_the_lock();
    })
}

fn bad_messages_are_left_out() -> SearchResult {
    Model::new().search(|| {
        let bad = Err(InvalidMessage);
        let line = Line::new([Ok(1), bad, bad, Ok(2)], 2);
        line.follow();
        assert_eq!(line.messages(), [1, 2]);
    })
}

fn a_hundred_thousand_bad_messages_in_a_row() {
    harness::within(Duration::from_secs(5), || {
        let bad = (0..100_000).map(|_| Err(InvalidMessage));
        let line = Line::new(bad.chain([Ok(1)]), 1);
        line.follow();
        assert_eq!(line.messages(), [1]);
    });
}

fn two_followers() {
    let line = Line::new([Ok(1)], 2);
    let other = thread::spawn({
        let line = Arc::clone(&line);
        move || line.follow()
    });
    line.follow();
    other.join().unwrap();
    assert_eq!(line.messages(), [1], "two follow one connection, and the message came once");
}

fn two_may_follow_one_connection() -> SearchResult {
    Model::new().search(two_followers)
}

fn whoever_empties_the_queue_may_need_the_lock() -> SearchResult {
    Model::new().search(|| {
        let line = Line::new([Ok(1), Ok(2)], 1);
        let follower = thread::spawn({
            let line = Arc::clone(&line);
            move || line.follow()
        });
        // To say that it is ready, it writes to the same connection.
        line.pass_the_lock();
        assert_eq!([line.queue.get(), line.queue.get()], [1, 2]);
        follower.join().unwrap();
    })
}

/// A connection that breaks.
struct Broken;

const PANIC: &str = "the connection's panic";

impl Connection for Broken {
    fn read_message(&self) -> Result<Option<Message>, InvalidMessage> {
        // Without a word on the screen: this panic is part of the test.
        resume_unwind(Box::new(PANIC))
    }
}

fn a_panic_gives_the_lock_back() -> SearchResult {
    Model::new().search(|| {
        let (lock, queue) = (ByHand::new(), Bounded::new(1));
        let result = catch_unwind(AssertUnwindSafe(|| follow(&Broken, &lock, &queue)));
        let panic = result.expect_err("the connection has panicked, and nobody has noticed");
        if panic.downcast_ref() != Some(&PANIC) {
            // Not the connection's.
            resume_unwind(panic);
        }
        lock.acquire();
        lock.release();
    })
}

harness::suite! {
    "2/6": all_messages_come_in_their_order, bad_messages_are_left_out,
    a_hundred_thousand_bad_messages_in_a_row, two_may_follow_one_connection,
    whoever_empties_the_queue_may_need_the_lock, a_panic_gives_the_lock_back; two_followers
}
