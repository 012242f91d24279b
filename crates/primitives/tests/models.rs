//! Models of what may go wrong between threads. Each has a row in mutations.toml that makes it fail.
//!
//! Two threads are searched through all their executions where that ends, three through those with few preemptions.
//!
//! `cargo xtask test models` builds and runs them.
#![cfg(ungil_model)]

use std::cell::Cell;
use std::time::Duration;

use interleave::cell::UnsafeCell;
use interleave::sync::Arc;
use interleave::{Model, thread};
use ungil_primitives::steps::{FutexLock, LockT, SpinLock};
use ungil_primitives::{
    Barrier, BarrierError, BoundedSemaphore, Condition, Event, Interrupted, Lock, RLock, RawLock, Semaphore,
};
use ungil_threads::StopSource;

const SECOND: Duration = Duration::from_secs(1);

/// Proves `f` over all executions; `--nocapture` shows what was searched.
fn check(model: &str, f: impl Fn() + Send + Sync + 'static) {
    prove(model, Model::new(), f);
}

/// Proves `f` over all executions with at most `k` preemptions.
fn check_at_most(k: usize, model: &str, f: impl Fn() + Send + Sync + 'static) {
    prove(model, Model::new().preemption_bound(k), f);
}

fn prove(model: &str, settings: Model, f: impl Fn() + Send + Sync + 'static) {
    println!("{model}: {}", settings.time(Duration::from_secs(120)).prove(f));
}

/// The main thread and `others` more do `f`; then what they shared.
fn together<S: Send + Sync + 'static>(others: usize, shared: S, f: fn(&S)) -> Arc<S> {
    let shared = Arc::new(shared);
    let others: Vec<_> = (0..others).map(|_| begin(&shared, f)).collect();
    f(&shared);
    others.into_iter().for_each(|other| other.join().unwrap());
    shared
}

fn begin<S, R>(shared: &Arc<S>, f: impl FnOnce(&S) -> R + Send + 'static) -> thread::JoinHandle<R>
where
    S: Send + Sync + 'static,
    R: Send + 'static,
{
    let shared = Arc::clone(shared);
    thread::spawn(move || f(&shared))
}

/// A number whose accesses the checker watches: two at once are a failure.
struct Watched(UnsafeCell<u32>);

impl Watched {
    fn new() -> Self {
        Watched(UnsafeCell::new(0))
    }

    /// The caller holds the protecting lock or permit.
    fn add(&self) {
        // SAFETY: the checker fails the model if somebody else is here.
        self.0.with_mut(|value| unsafe { *value += 1 });
    }

    /// The caller holds the protecting lock or permit.
    fn get(&self) -> u32 {
        // SAFETY: the checker fails the model if somebody else is here.
        self.0.with(|value| unsafe { *value })
    }
}

// SAFETY: see `Watched::add`.
unsafe impl Sync for Watched {}

// ---- s3: FutexLock

#[test]
fn a_futex_lock_lets_one_in() {
    check("a futex lock lets one in", || {
        let lock = together(1, FutexLock::new(Watched::new()), |lock| lock.lock().add());
        assert_eq!(lock.lock().get(), 2);
    });
}

#[test]
fn a_futex_lock_of_three_threads() {
    check_at_most(2, "a futex lock of three threads", || {
        let lock = together(2, FutexLock::new(Watched::new()), |lock| lock.lock().add());
        assert_eq!(lock.lock().get(), 3);
    });
}

// ---- s4: RawLock, Lock

#[test]
fn a_lock_lets_one_in() {
    check("a lock lets one in", || {
        let lock = together(1, Lock::new(Watched::new()), |lock| lock.lock().add());
        assert_eq!(lock.lock().get(), 2);
    });
}

#[test]
fn a_raw_lock_lets_one_in() {
    check("a raw lock lets one in", || {
        let shared = together(1, (RawLock::new(), Watched::new()), |(lock, number)| {
            lock.acquire();
            number.add();
            lock.release().unwrap();
        });
        assert!(!shared.0.is_locked());
    });
}

#[test]
fn a_lock_of_three_threads() {
    check_at_most(2, "a lock of three threads", || {
        let lock = together(2, Lock::new(Watched::new()), |lock| lock.lock().add());
        assert_eq!(lock.lock().get(), 3);
    });
}

#[test]
fn a_lock_that_is_taken_again_at_once() {
    check_at_most(3, "a lock that is taken again at once", || {
        let lock = together(1, Lock::new(Watched::new()), |lock| {
            lock.lock().add();
            lock.lock().add();
        });
        assert_eq!(lock.lock().get(), 4);
    });
}

/// The woken waiter sleeps again and gives up while the other thread, which has overtaken it, is about to reserve the lock
/// for it.
#[test]
fn a_lock_is_overtaken_while_one_gives_up() {
    check_at_most(3, "a lock is overtaken while one gives up", || {
        let lock = Arc::new(RawLock::new());
        lock.acquire();
        let other = begin(&lock, |lock| {
            if lock.acquire_timeout(SECOND).is_ok() {
                lock.release().unwrap();
            }
        });
        lock.release().unwrap();
        lock.acquire();
        lock.release().unwrap();
        other.join().unwrap();
        assert!(lock.try_acquire(), "the lock is reserved for a thread that has given up");
    });
}

#[test]
fn a_lock_is_tried_and_waited_for() {
    check("a lock is tried and waited for", || {
        let lock = Arc::new(Lock::new(Watched::new()));
        let other = begin(&lock, |lock| lock.try_lock().map(|guard| guard.add()).is_some());
        lock.lock().add();
        let both = other.join().unwrap();
        assert_eq!(lock.lock().get(), 1 + u32::from(both));
    });
}

#[test]
fn a_lock_is_waited_for_with_a_time_out() {
    check("a lock is waited for with a time-out", || {
        let lock = Arc::new(Lock::new(Watched::new()));
        let other = begin(&lock, |lock| lock.lock_timeout(SECOND).map(|guard| guard.add()).is_ok());
        lock.lock().add();
        let both = other.join().unwrap();
        assert_eq!(lock.lock().get(), 1 + u32::from(both));
    });
}

/// A waiter that gives up must not take a wake-up along that another waiter needs.
#[test]
fn one_gives_up_and_another_waits() {
    check_at_most(2, "one gives up, and another waits", || {
        let lock = Arc::new(Lock::new(Watched::new()));
        let guard = lock.lock();
        let hasty = begin(&lock, |lock| drop(lock.lock_timeout(SECOND)));
        let patient = begin(&lock, |lock| lock.lock().add());
        drop(guard);
        hasty.join().unwrap();
        patient.join().unwrap();
        assert_eq!(lock.lock().get(), 1);
    });
}

/// The holder does not release it before the waiter has given up.
#[test]
fn a_stop_wakes_who_waits_for_a_lock() {
    check("a stop wakes who waits for a lock", || {
        let (source, stop) = StopSource::new();
        let lock = Arc::new(RawLock::new());
        lock.acquire();
        let waiter = begin(&lock, move |lock| lock.acquire_until(&stop));
        source.request_stop();
        assert_eq!(waiter.join().unwrap(), Err(Interrupted::Stopped));
        lock.release().unwrap();
        assert!(lock.try_acquire());
    });
}

/// The lecture's "WAT?": it is released by a thread that has not acquired it; but once only.
#[test]
fn two_release_what_one_has_acquired() {
    check("two release what one has acquired", || {
        let lock = Arc::new(RawLock::new());
        lock.acquire();
        let other = begin(&lock, |lock| lock.release());
        let results = [lock.release(), other.join().unwrap()];
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(!lock.is_locked());
    });
}

// ---- RLock

#[test]
fn an_rlock_belongs_to_one_thread() {
    check("an rlock belongs to one thread", || {
        let lock = together(1, RLock::new(Watched::new()), |lock| {
            let outer = lock.lock();
            lock.lock().add();
            outer.add();
        });
        assert_eq!(lock.lock().get(), 4);
    });
}

// ---- Condition

#[test]
fn a_wait_against_a_notification() {
    check("a wait against a notification", || {
        let shared = Arc::new((Lock::new(false), Condition::new()));
        let waiter = begin(&shared, |(lock, changed)| {
            changed.wait_while(&mut lock.lock(), |ready| !**ready);
        });
        let mut ready = shared.0.lock();
        *ready = true;
        shared.1.notify_one(&ready);
        drop(ready);
        waiter.join().unwrap();
    });
}

#[test]
fn two_wait_and_two_are_notified() {
    check_at_most(2, "two wait, and two are notified", || {
        let shared = Arc::new((Lock::new(0), Condition::new()));
        let waiters = [(); 2].map(|()| {
            begin(&shared, |(lock, changed)| {
                let mut items = lock.lock();
                changed.wait_while(&mut items, |items| **items == 0);
                *items -= 1;
            })
        });
        let mut items = shared.0.lock();
        *items = 2;
        shared.1.notify_n(&items, 2);
        drop(items);
        waiters.into_iter().for_each(|waiter| waiter.join().unwrap());
        assert_eq!(*shared.0.lock(), 0);
    });
}

/// Notified or timed out, and never both: a notification that was counted has reached somebody.
#[test]
fn a_notification_against_a_time_out() {
    check_at_most(3, "a notification against a time-out", || {
        let shared = Arc::new((Lock::new(()), Condition::new()));
        let waiter = begin(&shared, |(lock, changed)| changed.wait_timeout(&mut lock.lock(), SECOND).is_ok());
        let notified = shared.1.notify_one(&shared.0.lock());
        assert_eq!(waiter.join().unwrap(), notified);
        assert!(!shared.0.is_locked());
    });
}

#[test]
fn an_rlock_is_released_wholly_to_wait() {
    check_at_most(2, "an rlock is released wholly to wait", || {
        let shared = Arc::new((RLock::new(Cell::new(false)), Condition::new()));
        let waiter = begin(&shared, |(lock, changed)| {
            let _outer = lock.lock();
            let mut inner = lock.lock();
            changed.wait_while(&mut inner, |ready| !ready.get());
            lock.count()
        });
        let ready = shared.0.lock();
        ready.set(true);
        shared.1.notify_all(&ready);
        drop(ready);
        assert_eq!(waiter.join().unwrap(), 2);
        assert!(!shared.0.is_locked());
    });
}

// ---- Semaphore

#[test]
fn a_semaphore_of_one_lets_one_in() {
    check("a semaphore of one lets one in", || {
        let shared = together(1, (Semaphore::new(1), Watched::new()), |(semaphore, number)| {
            let _permit = semaphore.acquire();
            number.add();
        });
        assert_eq!(shared.0.available(), 1);
    });
}

#[test]
fn two_wait_for_two_permits() {
    check_at_most(2, "two wait for two permits", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let waiters = [(); 2].map(|()| begin(&semaphore, |semaphore| semaphore.acquire().forget()));
        semaphore.release(2).unwrap();
        waiters.into_iter().for_each(|waiter| waiter.join().unwrap());
        assert_eq!(semaphore.available(), 0);
    });
}

/// The first one wakes it in vain: from then on the permits are kept for it.
#[test]
fn two_permits_come_one_by_one() {
    check_at_most(3, "two permits come one by one", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let waiter = begin(&semaphore, |semaphore| drop(semaphore.acquire_many(2)));
        semaphore.release(1).unwrap();
        let other = semaphore.try_acquire();
        semaphore.release(1).unwrap();
        drop(other);
        waiter.join().unwrap();
        assert!(semaphore.try_acquire_many(2).is_some());
    });
}

/// A waiter that gives up no longer blocks a waiter that wants less.
#[test]
fn one_gives_up_two_permits_and_another_wants_one() {
    check_at_most(2, "one gives up two permits, and another wants one", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let two = begin(&semaphore, |semaphore| drop(semaphore.acquire_many_until(2, SECOND)));
        let one = begin(&semaphore, |semaphore| semaphore.acquire().forget());
        semaphore.release(1).unwrap();
        two.join().unwrap();
        one.join().unwrap();
        assert_eq!(semaphore.available(), 0);
    });
}

#[test]
fn two_release_what_a_bounded_semaphore_lacks_once() {
    check("two release what a bounded semaphore lacks once", || {
        let semaphore = Arc::new(BoundedSemaphore::new(1));
        semaphore.acquire().forget();
        let other = begin(&semaphore, |semaphore| semaphore.release(1));
        let results = [semaphore.release(1), other.join().unwrap()];
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert_eq!(semaphore.available(), 1);
    });
}

// ---- Event

#[test]
fn an_event_is_set_and_cleared_while_one_waits() {
    check("an event is set and cleared while one waits", || {
        let shared = Arc::new((Event::new(), Watched::new()));
        let waiter = begin(&shared, |(event, number)| {
            event.wait();
            number.get()
        });
        shared.1.add();
        shared.0.set();
        assert_eq!(waiter.join().unwrap(), 1);
    });
}

#[test]
fn two_wait_for_an_event() {
    check_at_most(2, "two wait for an event", || {
        let event = Arc::new(Event::new());
        let waiters = [(); 2].map(|()| begin(&event, Event::wait));
        event.set();
        waiters.into_iter().for_each(|waiter| waiter.join().unwrap());
    });
}

/// A waiter that has given up is not woken any more, wherever it waits then.
#[test]
fn an_event_is_given_up_for_another() {
    check_at_most(3, "an event is given up for another", || {
        let shared = Arc::new(([(); 2].map(|()| Event::new()), Watched::new()));
        let waiter = begin(&shared, |([first, second], number)| {
            let _ = first.wait_timeout(SECOND);
            second.wait();
            number.get()
        });
        let ([first, second], number) = &*shared;
        first.set();
        number.add();
        second.set();
        assert_eq!(waiter.join().unwrap(), 1);
    });
}

// ---- Barrier

#[test]
fn a_barrier_twice() {
    check_at_most(2, "a barrier, twice", || {
        together(1, (Barrier::new(2), [(); 2].map(|()| Watched::new())), |(barrier, rounds)| {
            for number in rounds {
                // The one of each round that has it for itself.
                if barrier.wait().unwrap().is_leader() {
                    number.add();
                }
            }
        });
    });
}

#[test]
fn a_barrier_whose_one_party_gives_up() {
    check_at_most(3, "a barrier whose one party gives up", || {
        let barrier = Arc::new(Barrier::new(2));
        let hasty = begin(&barrier, |barrier| barrier.wait_timeout(SECOND));
        let patient = barrier.wait();
        match hasty.join().unwrap() {
            Ok(turn) => assert_ne!(turn.index(), patient.unwrap().index()),
            Err(BarrierError::Broken) => unreachable!("nobody else breaks it"),
            Err(BarrierError::Interrupted(_)) => assert_eq!(patient, Err(BarrierError::Broken)),
        }
    });
}
#[test]
fn lock_t_lets_one_in() {
    check("lock_t lets one in", || {
        let shared = together(2, (LockT::new(), Watched::new()), |(lock, value)| {
            lock.acquire();
            value.add();
            lock.release().unwrap();
        });
        assert_eq!(shared.1.get(), 3);
    });
}

#[test]
fn a_spin_lock_lets_one_in() {
    check("a spin lock lets one in", || {
        let lock = together(1, SpinLock::new(Watched::new()), |lock| lock.lock().add());
        assert_eq!(lock.lock().get(), 2);
    });
}
