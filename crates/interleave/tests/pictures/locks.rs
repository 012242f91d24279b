//! Locks that are never released, or waited for in a cycle.

use interleave::sync::{Arc, Condvar, Mutex};
use interleave::{Coverage, Kind, Model, thread};

use crate::holder::holder;
use crate::support::{fails, wait};

#[test]
fn two_locks_in_two_orders() {
    let failure = fails("abba", Kind::Deadlock, Model::new(), || {
        let a = Arc::new(Mutex::new(0));
        let b = Arc::new(Mutex::new(0));
        let (a2, b2) = (Arc::clone(&a), Arc::clone(&b));
        let other = thread::spawn(move || {
            let _a = a2.lock();
            let _b = b2.lock();
        });
        {
            let _b = b.lock();
            let _a = a.lock();
        }
        other.join().unwrap();
    });
    assert_eq!(wait(&failure, "main").object.as_deref(), Some("a"));
    assert_eq!(holder(&failure, "main"), ("T1", "let _a = a2.lock();"));
    assert_eq!(wait(&failure, "T1").object.as_deref(), Some("b"));
    assert_eq!(holder(&failure, "T1"), ("main", "let _b = b.lock();"));
}

#[test]
fn three_philosophers() {
    let failure = fails("philosophers", Kind::Deadlock, Model::new(), || {
        let forks: Arc<Vec<_>> = Arc::new((0..3).map(|_| Mutex::new(())).collect());
        let dine = |forks: &[Mutex<()>], seat: usize| {
            let _left = forks[seat].lock();
            let _right = forks[(seat + 1) % 3].lock();
        };
        let guests: Vec<_> = ["Plato", "Kant"]
            .into_iter()
            .enumerate()
            .map(|(seat, name)| {
                let forks = Arc::clone(&forks);
                let guest = thread::Builder::new().name(name.into());
                guest.spawn(move || dine(&forks, seat)).unwrap()
            })
            .collect();
        dine(&forks, 2);
        for guest in guests {
            guest.join().unwrap();
        }
    });
    assert_eq!(failure.threads, ["main", "T1 Plato", "T2 Kant"]);
    assert_eq!(wait(&failure, "main").object.as_deref(), Some("forks[0]"));
    assert_eq!(holder(&failure, "main").0, "T1 Plato");
    assert_eq!(holder(&failure, "T1 Plato").0, "T2 Kant");
    assert_eq!(holder(&failure, "T2 Kant").0, "main");
}

#[test]
fn a_lock_taken_twice() {
    let failure = fails("lock_twice", Kind::Deadlock, Model::new(), || {
        let total = Mutex::new(0);
        let sum = total.lock();
        *total.lock() += *sum;
    });
    assert_eq!(holder(&failure, "main"), ("main", "let sum = total.lock();"));
}

/// A lock made of a mutex and a condition variable, released by hand.
struct RawLock {
    held: Mutex<bool>,
    freed: Condvar,
}

impl RawLock {
    fn new() -> Self {
        RawLock { held: Mutex::new(false), freed: Condvar::new() }
    }

    fn acquire(&self) {
        let mut held = self.held.lock();
        while *held {
            held = self.freed.wait(held);
        }
        *held = true;
    }

    fn release(&self) {
        *self.held.lock() = false;
        self.freed.notify_one();
    }
}

fn transfer(lock: &RawLock, amount: i64) -> Result<(), ()> {
    lock.acquire();
    if amount < 0 {
        return Err(());
    }
    lock.release();
    Ok(())
}

#[test]
fn an_early_return_that_skips_the_release() {
    let failure = fails("early_return", Kind::PartialDeadlock, Model::new(), || {
        let lock = Arc::new(RawLock::new());
        let other = {
            let lock = Arc::clone(&lock);
            thread::spawn(move || transfer(&lock, -1))
        };
        let _ = transfer(&lock, 5);
        let _ = other.join().unwrap();
    });
    let wait = wait(&failure, "main");
    assert_eq!(wait.object.as_deref(), Some("freed"));
    assert_eq!(wait.line.text, "held = self.freed.wait(held);");
    assert!(failure.explanation.starts_with("T1 has ended"));
}

#[test]
fn a_guard_that_is_forgotten() {
    let failure = fails("forgotten_guard", Kind::PartialDeadlock, Model::new(), || {
        let slot = Arc::new(Mutex::new(0));
        let other = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || std::mem::forget(slot.lock()))
        };
        other.join().unwrap();
        *slot.lock() += 1;
    });
    assert_eq!(holder(&failure, "main").0, "T1");
}

#[test]
fn a_thread_that_ends_and_one_that_waits_for_its_result() {
    // main is gone; the worker waits for a job.
    let failure = fails("worker_left_alone", Kind::PartialDeadlock, Model::new(), || {
        let jobs = Arc::new((Mutex::new(Vec::<u8>::new()), Condvar::new()));
        thread::Builder::new()
            .name("worker".into())
            .spawn({
                let jobs = Arc::clone(&jobs);
                move || {
                    let (queue, more) = &*jobs;
                    let mut queue = queue.lock();
                    while queue.is_empty() {
                        queue = more.wait(queue);
                    }
                }
            })
            .unwrap();
        drop(jobs);
    });
    assert_eq!(wait(&failure, "T1 worker").object.as_deref(), Some("jobs.1"));
}

/// A permit that takes the lock again when it goes.
struct Permit<'a>(&'a Permits);

struct Permits {
    free: Mutex<usize>,
    more: Condvar,
}

impl Permits {
    fn new(free: usize) -> Arc<Self> {
        Arc::new(Permits { free: Mutex::new(free), more: Condvar::new() })
    }

    fn acquire(&self) -> Permit<'_> {
        let mut free = self.more.wait_while(self.free.lock(), |free| *free == 0);
        *free -= 1;
        Permit(self)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.free.lock() += 1;
        self.0.more.notify_one();
    }
}

#[test]
fn guards_whose_drop_locks() {
    let failure = fails("drop_locks", Kind::Deadlock, Model::new(), || {
        let (a, b) = (Permits::new(1), Permits::new(1));
        let (a2, b2) = (Arc::clone(&a), Arc::clone(&b));
        let other = thread::spawn(move || {
            let _first = a2.acquire();
            let _second = b2.acquire();
        });
        {
            let _first = b.acquire();
            let _second = a.acquire();
        }
        other.join().unwrap();
    });
    assert_eq!(
        wait(&failure, "T1").line.text,
        "let mut free = self.more.wait_while(self.free.lock(), |free| *free == 0);"
    );
    let explored = Model::new().prove(|| {
        let a = Permits::new(1);
        let a2 = Arc::clone(&a);
        let other = thread::spawn(move || drop(a2.acquire()));
        drop(a.acquire());
        other.join().unwrap();
    });
    assert_eq!(explored.coverage, Coverage::All);
}

#[test]
fn both_outcomes_of_try_lock_are_found() {
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    static SEEN: [AtomicBool; 2] = [AtomicBool::new(false), AtomicBool::new(false)];
    let explored = Model::new().prove(|| {
        let m = Arc::new(Mutex::new(()));
        let other = {
            let m = Arc::clone(&m);
            thread::spawn(move || SEEN[usize::from(m.try_lock().is_some())].store(true, Relaxed))
        };
        let guard = m.lock();
        thread::yield_now();
        drop(guard);
        other.join().unwrap();
    });
    assert_eq!(explored.coverage, Coverage::All);
    assert!(SEEN.iter().all(|seen| seen.load(Relaxed)));
}
