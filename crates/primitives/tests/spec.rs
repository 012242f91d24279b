//! `spec` inside of models: what it promises holds in all executions, and misuse of it is called by its name.
//! That it does outside what the shipped types do is tested in conformance.rs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use interleave::sync::{Arc, Condvar, Mutex};
use interleave::{Failure, Kind, Model, thread};
use ungil_primitives::spec::{Barrier, Condition, Event, Lock, RLock, RawLock, Semaphore};
use ungil_threads::StopSource;

/// Proves `f`; `--nocapture` shows what was searched.
fn check(model: &str, f: impl Fn() + Send + Sync + 'static) {
    println!("{model}: {}", Model::new().time(Duration::from_secs(60)).prove(f));
}

fn failure(f: impl Fn() + Send + Sync + 'static) -> Failure {
    *Model::new().search(f).expect_err("it fails")
}

/// The main thread does `one`, another one `other`.
fn beside<S: Send + Sync + 'static>(
    shared: S,
    one: impl FnOnce(&S),
    other: impl FnOnce(&S) + Send + 'static,
) -> Arc<S> {
    let shared = Arc::new(shared);
    let thread = thread::spawn({
        let shared = Arc::clone(&shared);
        move || other(&shared)
    });
    one(&shared);
    thread.join().unwrap();
    shared
}

fn add(count: &Lock<u32>) {
    *count.lock() += 1;
}

#[test]
fn a_lock_excludes() {
    check("two threads and a lock", || {
        let count = beside(Lock::new(0), add, add);
        assert_eq!(*count.lock(), 2);
    });
}

/// With a step while it is held, where others that take `steps` as well can meet it held.
fn add_slowly((count, steps): &(Lock<u32>, Lock<u32>)) {
    let mut count = count.lock();
    add(steps);
    *count += 1;
}

#[test]
fn a_lock_with_a_limit_is_got_or_given_up() {
    let given_up = Arc::new(AtomicBool::new(false));
    check("two threads and a lock with a time-out", {
        let given_up = Arc::clone(&given_up);
        move || {
            let given_up = Arc::clone(&given_up);
            let shared = beside((Lock::new(0), Lock::new(0)), add_slowly, move |(count, steps)| {
                add(steps);
                match count.lock_timeout(Duration::from_secs(1)) {
                    Ok(mut count) => *count += 1,
                    Err(_) => given_up.store(true, Ordering::Relaxed),
                }
            });
            assert!(*shared.0.lock() >= 1);
        }
    });
    assert!(given_up.load(Ordering::Relaxed), "in one execution at least");
}

/// Nobody asks for a stop: only the release can end the wait for the lock.
#[test]
fn a_release_reaches_one_with_a_limit() {
    check("two threads and a lock with a limit that never comes", || {
        let shared = beside((Lock::new(0), Lock::new(0)), add_slowly, |(count, steps)| {
            add(steps);
            let (_source, stop) = StopSource::new();
            *count.lock_until(&stop).expect("nobody asks for a stop") += 1;
        });
        assert_eq!(*shared.0.lock(), 2);
    });
}

/// A wait on the condition releases the lock, and a thread that waits for the lock with a limit must be told.
#[test]
fn a_wait_releases_the_lock_to_one_with_a_limit() {
    check("a wait, and a lock with a limit that never comes", || {
        beside(
            (Lock::new(false), Condition::new()),
            |(done, changed)| changed.wait_while(&mut done.lock(), |done| !**done),
            |(done, changed)| {
                let (_source, stop) = StopSource::new();
                let mut done = done.lock_until(&stop).expect("nobody asks for a stop");
                *done = true;
                changed.notify_one(&done);
            },
        );
    });
}

#[test]
fn a_stop_ends_a_wait() {
    check("a wait, and a stop", || {
        let (source, stop) = StopSource::new();
        beside(
            (Lock::new(()), Condition::new()),
            |(lock, never)| assert!(never.wait_until(&mut lock.lock(), &stop).is_err()),
            move |_| assert!(source.request_stop()),
        );
    });
}

/// The checker's condition variables may wake spuriously here, `spec`'s never do.
#[test]
fn a_wait_ends_for_a_reason() {
    let explored = Model::new().spurious(true).prove(|| {
        beside(
            (Lock::new(0), Condition::new()),
            |(items, more)| {
                let mut items = items.lock();
                if *items == 0 {
                    more.wait(&mut items);
                }
                assert_eq!(*items, 1);
            },
            |(items, more)| {
                let mut items = items.lock();
                *items += 1;
                more.notify_one(&items);
            },
        );
    });
    println!("a wait ends for a reason: {explored}");
}

#[test]
fn a_notification_is_for_one_who_waits() {
    check("two waiters, two notifications", || {
        let shared = Arc::new((Lock::new(0), Condition::new()));
        let waiters = [(); 2].map(|()| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let mut items = shared.0.lock();
                shared.1.wait_while(&mut items, |items| **items == 0);
                *items -= 1;
            })
        });
        for _ in 0..2 {
            let mut items = shared.0.lock();
            *items += 1;
            shared.1.notify_one(&items);
        }
        waiters.into_iter().for_each(|waiter| waiter.join().unwrap());
    });
}

#[test]
fn an_rlock_is_released_wholly_by_a_wait() {
    check("an rlock held twice, and a wait", || {
        beside(
            (RLock::new(std::cell::Cell::new(false)), Condition::new()),
            |(done, changed)| {
                let mut outer = done.lock();
                let _inner = done.lock();
                changed.wait_while(&mut outer, |done| !done.get());
                drop(outer);
                assert_eq!(done.count(), 1);
            },
            |(done, changed)| {
                let done = done.lock();
                done.set(true);
                changed.notify_all(&done);
            },
        );
    });
}

#[test]
fn a_raw_lock_is_released_elsewhere() {
    check("a raw lock as a signal", || {
        let lock = RawLock::new();
        lock.acquire();
        beside(lock, RawLock::acquire, |lock| lock.release().unwrap());
    });
}

#[test]
fn an_event_wakes_who_waits() {
    check("set, and a wait", || {
        beside(Event::new(), Event::wait, Event::set);
    });
}

#[test]
fn a_semaphore_gives_what_it_has() {
    check("a semaphore of one permit", || {
        let semaphore = beside(Semaphore::new(1), |s| drop(s.acquire()), |s| drop(s.acquire()));
        assert_eq!(semaphore.available(), 1);
    });
}

#[test]
fn a_barrier_is_used_again() {
    check("a barrier of two, two rounds", || {
        let rounds = |barrier: &Barrier| assert!((0..2).all(|_| barrier.wait().is_ok()));
        beside(Barrier::new(2), rounds, rounds);
    });
}

#[test]
fn a_notification_that_nobody_waits_for_is_lost() {
    let failure = failure(|| {
        beside(
            (Lock::new(()), Condition::new()),
            |(lock, condition)| condition.wait(&mut lock.lock()),
            |(lock, condition)| _ = condition.notify_one(&lock.lock()),
        );
    });
    assert_eq!(failure.kind, Kind::LostWakeup, "{failure}");
    assert!(!failure.to_string().contains("condition.rs"), "it shows who called, not the callee: {failure}");
}

#[test]
fn two_locks_in_two_orders_deadlock() {
    let failure = failure(|| {
        beside(
            (Lock::new(()), Lock::new(())),
            |(a, b)| drop((a.lock(), b.lock())),
            |(a, b)| drop((b.lock(), a.lock())),
        );
    });
    assert_eq!(failure.kind, Kind::Deadlock, "{failure}");
    assert!(failure.to_string().contains("held by"), "{failure}");
}

/// A queue for one item, and three that go through it, with the checker's own types: `spec`'s add no
/// execution.
#[test]
fn a_lock_and_a_condition_are_searched_as_fast_as_the_checkers_own() {
    const ITEMS: u32 = 3;
    let own = Model::new().prove(|| {
        beside(
            (Mutex::new(None), Condvar::new()),
            |(slot, changed)| {
                for item in 0..ITEMS {
                    let mut slot = changed.wait_while(slot.lock(), |slot| slot.is_none());
                    assert_eq!(slot.take(), Some(item));
                    changed.notify_one();
                }
            },
            |(slot, changed)| {
                for item in 0..ITEMS {
                    let mut slot = changed.wait_while(slot.lock(), |slot| slot.is_some());
                    *slot = Some(item);
                    changed.notify_one();
                }
            },
        );
    });
    let spec = Model::new().prove(|| {
        beside(
            (Lock::new(None), Condition::new()),
            |(slot, changed)| {
                for item in 0..ITEMS {
                    let mut slot = slot.lock();
                    changed.wait_while(&mut slot, |slot| slot.is_none());
                    assert_eq!(slot.take(), Some(item));
                    changed.notify_one(&slot);
                }
            },
            |(slot, changed)| {
                for item in 0..ITEMS {
                    let mut slot = slot.lock();
                    changed.wait_while(&mut slot, |slot| slot.is_some());
                    *slot = Some(item);
                    changed.notify_one(&slot);
                }
            },
        );
    });
    println!("own: {own}, spec: {spec}");
    assert_eq!(own, spec);
}
