//! What locks are made of, as a crate of primitives would model it: right ones are proved, wrong ones drawn.

use std::ptr;
use std::time::Duration;

use interleave::Coverage::{All, AtMost};
use interleave::cell::UnsafeCell;
use interleave::sync::Arc;
use interleave::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use interleave::sync::atomic::{AtomicBool, AtomicU32};
use interleave::time::Instant;
use interleave::{Coverage, Kind, Model, futex, hint, thread};

#[path = "pictures/support.rs"]
mod support;
use support::{fails, wait};

/// Passes, and does not take more executions than this: a larger model is noticed.
#[track_caller]
fn passes(coverage: Coverage, at_most: usize, model: Model, f: impl Fn() + Send + Sync + 'static) {
    let explored = model.prove(f);
    println!("{explored}");
    assert_eq!(explored.coverage, coverage);
    assert!(explored.executions <= at_most, "{explored}, more than {at_most}");
}

const FREE: u32 = 0;
const LOCKED: u32 = 1;
const CONTENDED: u32 = 2;

/// Drepper's third mutex.
struct Futex {
    state: AtomicU32,
    /// The mistake: an unlock that wakes no thread.
    wakes: bool,
}

impl Futex {
    fn new(wakes: bool) -> Self {
        Futex { state: AtomicU32::new(FREE), wakes }
    }

    fn lock(&self) {
        if self.state.compare_exchange(FREE, LOCKED, Acquire, Relaxed).is_ok() {
            return;
        }
        while self.state.swap(CONTENDED, Acquire) != FREE {
            futex::wait(&self.state, CONTENDED, None);
        }
    }

    fn lock_until(&self, deadline: Instant) -> bool {
        if self.state.compare_exchange(FREE, LOCKED, Acquire, Relaxed).is_ok() {
            return true;
        }
        while self.state.swap(CONTENDED, Acquire) != FREE {
            if !futex::wait(&self.state, CONTENDED, Some(deadline)) {
                return false;
            }
        }
        true
    }

    fn unlock(&self) {
        if self.state.swap(FREE, Release) == CONTENDED && self.wakes {
            futex::wake(&self.state, 1);
        }
    }
}

/// `threads` besides main add one under the lock.
fn counter(threads: usize, wakes: bool) {
    let shared = Arc::new((Futex::new(wakes), UnsafeCell::new(0)));
    let add = |(lock, n): &(Futex, UnsafeCell<usize>)| {
        lock.lock();
        // SAFETY: the lock is this thread's.
        n.with_mut(|n| unsafe { *n += 1 });
        lock.unlock();
    };
    let others: Vec<_> = (0..threads)
        .map(|_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || add(&shared))
        })
        .collect();
    add(&shared);
    for other in others {
        other.join().unwrap();
    }
    // SAFETY: the others have ended.
    assert_eq!(shared.1.with(|n| unsafe { *n }), threads + 1);
}

#[test]
fn a_mutex_of_a_futex() {
    passes(All, 60, Model::new(), || counter(1, true));
    passes(All, 120, Model::new().spurious(true), || counter(1, true));
    passes(AtMost(2), 120, Model::new().preemption_bound(2), || counter(2, true));
    let failure = fails("futex_mutex_no_wake", Kind::Deadlock, Model::new(), || counter(1, false));
    assert_eq!(wait(&failure, "T1").object.as_deref(), Some("state"));
}

#[test]
fn a_mutex_that_gives_up() {
    passes(All, 60, Model::new(), || {
        let lock = Arc::new(Futex::new(true));
        let other = {
            let lock = Arc::clone(&lock);
            thread::spawn(move || {
                lock.lock();
                lock.unlock();
            })
        };
        if lock.lock_until(Instant::now() + Duration::from_secs(1)) {
            lock.unlock();
        }
        other.join().unwrap();
        // No thread is left behind.
        lock.lock();
        lock.unlock();
    });
}

/// A lock whose waiters stand in a list through their own stacks; the list is under a lock word.
struct Queue {
    word: AtomicBool,
    held: UnsafeCell<bool>,
    first: UnsafeCell<*const Node>,
    last: UnsafeCell<*const Node>,
    /// The mistake: to look at the waiters without the word.
    peeks: bool,
}

struct Node {
    thread: thread::Thread,
    /// The lock is this thread's; from then on the node may go.
    given: AtomicBool,
    next: UnsafeCell<*const Node>,
}

// SAFETY: the pointers are to nodes of threads that wait, which stay until `given`, and are under `word`.
unsafe impl Send for Queue {}
// SAFETY: as above.
unsafe impl Sync for Queue {}

impl Queue {
    fn new(peeks: bool) -> Self {
        Queue {
            word: AtomicBool::new(false),
            held: UnsafeCell::new(false),
            first: UnsafeCell::new(ptr::null()),
            last: UnsafeCell::new(ptr::null()),
            peeks,
        }
    }

    fn guarded<R>(&self, f: impl FnOnce() -> R) -> R {
        while self.word.compare_exchange(false, true, Acquire, Relaxed).is_err() {
            hint::spin_loop();
        }
        let result = f();
        self.word.store(false, Release);
        result
    }

    fn lock(&self) {
        let node = Node {
            thread: thread::current(),
            given: AtomicBool::new(false),
            next: UnsafeCell::new(ptr::null()),
        };
        // SAFETY: everything is under the word.
        let mine = self.guarded(|| unsafe {
            if !self.held.with(|held| *held) {
                self.held.with_mut(|held| *held = true);
                return true;
            }
            let node = &raw const node;
            let last = self.last.with(|last| *last);
            if last.is_null() {
                self.first.with_mut(|first| *first = node);
            } else {
                (*last).next.with_mut(|next| *next = node);
            }
            self.last.with_mut(|last| *last = node);
            false
        });
        if !mine {
            while !node.given.load(Acquire) {
                thread::park();
            }
        }
    }

    fn unlock(&self) {
        // SAFETY: on purpose it is not: the list may be written meanwhile.
        if self.peeks && unsafe { self.first.with(|first| (*first).is_null()) } {
            // SAFETY: under the word.
            self.guarded(|| self.held.with_mut(|held| unsafe { *held = false }));
            return;
        }
        // SAFETY: everything is under the word, and the node is not used after `given`.
        let thread = self.guarded(|| unsafe {
            let first = self.first.with(|first| *first);
            if first.is_null() {
                self.held.with_mut(|held| *held = false);
                return None;
            }
            let next = (*first).next.with(|next| *next);
            self.first.with_mut(|first| *first = next);
            if next.is_null() {
                self.last.with_mut(|last| *last = ptr::null());
            }
            let thread = (*first).thread.clone();
            (*first).given.store(true, Release);
            Some(thread)
        });
        if let Some(thread) = thread {
            thread.unpark();
        }
    }
}

fn queued(threads: usize, peeks: bool) {
    let shared = Arc::new((Queue::new(peeks), UnsafeCell::new(0)));
    let add = |(lock, n): &(Queue, UnsafeCell<usize>)| {
        lock.lock();
        // SAFETY: the lock is this thread's.
        n.with_mut(|n| unsafe { *n += 1 });
        lock.unlock();
    };
    let others: Vec<_> = (0..threads)
        .map(|_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || add(&shared))
        })
        .collect();
    add(&shared);
    for other in others {
        other.join().unwrap();
    }
    // SAFETY: the others have ended.
    assert_eq!(shared.1.with(|n| unsafe { *n }), threads + 1);
}

#[test]
fn a_queue_of_waiters_on_their_stacks() {
    passes(All, 500, Model::new(), || queued(1, false));
    passes(All, 2000, Model::new().spurious(true), || queued(1, false));
    passes(AtMost(1), 50, Model::new().preemption_bound(1), || queued(2, false));
    let failure = fails("waiter_queue_peeks", Kind::DataRace, Model::new(), || queued(1, true));
    assert!(failure.explanation.contains("first"), "{}", failure.explanation);
}

/// A condition of a sequence number, which a notification increments.
struct Condition {
    sequence: AtomicU32,
    /// The mistake: the number is read when the lock is no longer held.
    late: bool,
}

impl Condition {
    fn wait(&self, lock: &Futex) {
        let early = self.sequence.load(Relaxed);
        lock.unlock();
        let seen = if self.late { self.sequence.load(Relaxed) } else { early };
        futex::wait(&self.sequence, seen, None);
        lock.lock();
    }

    fn notify_all(&self) {
        self.sequence.fetch_add(1, Relaxed);
        futex::wake(&self.sequence, usize::MAX);
    }
}

fn handed_over(late: bool, waiters: usize) {
    struct Shared {
        lock: Futex,
        condition: Condition,
        ready: UnsafeCell<bool>,
    }
    let condition = Condition { sequence: AtomicU32::new(0), late };
    let shared = Arc::new(Shared { lock: Futex::new(true), condition, ready: UnsafeCell::new(false) });
    let waiters: Vec<_> = (0..waiters)
        .map(|_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                shared.lock.lock();
                // SAFETY: the lock is this thread's.
                while !shared.ready.with(|ready| unsafe { *ready }) {
                    shared.condition.wait(&shared.lock);
                }
                shared.lock.unlock();
            })
        })
        .collect();
    shared.lock.lock();
    // SAFETY: as above.
    shared.ready.with_mut(|ready| unsafe { *ready = true });
    shared.lock.unlock();
    shared.condition.notify_all();
    for waiter in waiters {
        waiter.join().unwrap();
    }
}

#[test]
fn a_condition_of_a_sequence_number() {
    passes(All, 100, Model::new(), || handed_over(false, 1));
    passes(All, 1000, Model::new().spurious(true), || handed_over(false, 1));
    passes(AtMost(2), 200, Model::new().preemption_bound(2), || handed_over(false, 2));
    let failure = fails("condition_late", Kind::LostWakeup, Model::new(), || handed_over(true, 1));
    assert_eq!(wait(&failure, "T1").object.as_deref(), Some("sequence"));
}
