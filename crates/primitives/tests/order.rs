//! The order of waiters: first come, first served, and no waiter is overtaken for ever.

mod support;

use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

use support::{NET, asleep_in_order, elsewhere, join_all, start};
use ungil_primitives::{Condition, Lock, Permit, RawLock, Semaphore};

/// So often a lock is taken, at most, by others than the one that waits first: it is woken in vain four
/// times.
const TURNS: usize = 5;

#[test]
fn a_lock_goes_to_who_has_waited_longest() {
    let (lock, (sender, order)) = (RawLock::new(), channel());
    lock.acquire();
    thread::scope(|scope| {
        let threads = asleep_in_order(scope, 6, |number| {
            lock.acquire();
            sender.send(number).unwrap();
            lock.release().unwrap();
        });
        lock.release().unwrap();
        join_all(threads);
    });
    assert!(order.try_iter().eq(0..6));
}

#[test]
fn a_permit_goes_to_who_has_waited_longest() {
    let (semaphore, (sender, order)) = (Semaphore::new(0), channel());
    thread::scope(|scope| {
        let threads = asleep_in_order(scope, 6, |number| {
            // Also who wants more than those behind it.
            let _permits = semaphore.acquire_many(2 - number as u32 % 2);
            sender.send(number).unwrap();
        });
        semaphore.release(1).unwrap();
        for thread in &threads {
            thread.asleep();
        }
        assert!(order.try_iter().next().is_none(), "the first one wants two, and nobody goes before it");
        semaphore.release(1).unwrap();
        join_all(threads);
    });
    let order: Vec<usize> = order.try_iter().collect();
    assert_eq!(order[0], 0);
    assert_eq!(semaphore.available(), 2);
}

#[test]
fn a_release_of_no_permit_wakes_no_waiter() {
    let semaphore = Semaphore::new(0);
    thread::scope(|scope| {
        let waiter = start(scope, || semaphore.acquire().forget());
        let before = waiter.asleep();
        semaphore.release(0).unwrap();
        let after = waiter.asleep();
        semaphore.release(1).unwrap();
        waiter.join();
        assert_eq!(after, before, "the waiter ran");
    });
}

/// Nobody of those who go on releases anything before all of them have.
#[test]
fn one_release_lets_all_go_on_that_there_are_permits_for() {
    let (semaphore, all) = (Semaphore::new(0), std::sync::Barrier::new(3));
    thread::scope(|scope| {
        let threads = asleep_in_order(scope, 3, |_| {
            let _permit = semaphore.acquire();
            all.wait();
        });
        semaphore.release(3).unwrap();
        join_all(threads);
    });
    assert_eq!(semaphore.available(), 3);
}

/// Those who are notified are not woken but queued for the lock, where they keep their places: all get it in
/// the order in which they have come.
#[test]
fn those_who_are_notified_queue_for_the_lock() {
    let (lock, condition, (sender, order)) = (Lock::new(()), Condition::new(), channel());
    thread::scope(|scope| {
        let mut threads = asleep_in_order(scope, 4, |number| {
            let mut guard = lock.lock();
            condition.wait(&mut guard);
            sender.send(number).unwrap();
        });
        let guard = lock.lock();
        threads.extend(asleep_in_order(scope, 1, |_| {
            let _guard = lock.lock();
            sender.send(9).unwrap();
        }));
        let ran: Vec<_> = threads.iter().map(|thread| thread.asleep()).collect();
        let notified = condition.notify_all(&guard);
        let ran_since: Vec<_> = threads.iter().map(|thread| thread.asleep()).collect();
        drop(guard);
        join_all(threads);
        assert_eq!((notified, ran_since), (4, ran), "the lock is held: to wake them would be in vain");
    });
    assert_eq!(order.try_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 9]);
}

/// A thread takes the lock again as soon as it has released it, as often as it can.
#[test]
fn a_lock_is_handed_over_to_who_was_woken_in_vain() {
    let lock = RawLock::new();
    lock.acquire();
    thread::scope(|scope| {
        let waiter = start(scope, || lock.acquire());
        let turns = (1..=TURNS).find(|_| {
            waiter.asleep();
            waiter.held_up(|| {
                lock.release().unwrap();
                !lock.try_acquire()
            })
        });
        if turns.is_none() {
            lock.release().unwrap();
        }
        waiter.join();
        assert!(turns.is_some(), "it is overtaken too often");
    });
    assert!(lock.is_locked());
}

/// So does one that has waited on a condition.
#[test]
fn a_lock_is_handed_over_to_who_was_notified() {
    let (lock, condition) = (Lock::new(()), Condition::new());
    thread::scope(|scope| {
        let waiter = start(scope, || {
            let mut guard = lock.lock();
            condition.wait(&mut guard);
            // Nobody gets it any more.
            std::mem::forget(guard);
        });
        waiter.asleep();
        let mut guard = lock.lock();
        assert!(condition.notify_one(&guard));
        for turns in 1.. {
            assert!(turns <= TURNS, "it is overtaken too often");
            waiter.asleep();
            let again = waiter.held_up(|| {
                drop(guard);
                lock.try_lock()
            });
            match again {
                Some(again) => guard = again,
                None => break,
            }
        }
        waiter.join();
    });
}

/// It is woken once, and gets no CPU to take the lock.
#[test]
fn a_lock_is_kept_for_who_is_slow() {
    let lock = RawLock::new();
    lock.acquire();
    thread::scope(|scope| {
        let waiter = start(scope, || lock.acquire());
        waiter.asleep();
        let kept = waiter.held_up(|| {
            let begun = Instant::now();
            while begun.elapsed() < NET {
                lock.release().unwrap();
                if !lock.try_acquire() {
                    return true;
                }
            }
            lock.release().unwrap();
            false
        });
        waiter.join();
        assert!(kept, "it is overtaken for ever");
    });
}

/// It is woken once, and gets no CPU to take its permit.
#[test]
fn a_permit_is_reserved_for_a_slow_waiter() {
    let semaphore = Semaphore::new(0);
    thread::scope(|scope| {
        let waiter = start(scope, || semaphore.acquire().forget());
        waiter.asleep();
        let reserved = waiter.held_up(|| {
            let begun = Instant::now();
            while begun.elapsed() < NET {
                semaphore.release(1).unwrap();
                if semaphore.try_acquire().map(Permit::forget).is_none() {
                    return true;
                }
            }
            semaphore.release(1).unwrap();
            false
        });
        waiter.join();
        assert!(reserved, "the waiter is overtaken for ever");
    });
}

/// There always is one permit for those who want one, and never two for the one who wants two.
#[test]
fn permits_are_kept_for_who_wants_many() {
    let semaphore = Semaphore::new(0);
    thread::scope(|scope| {
        let waiter = start(scope, || semaphore.acquire_many(2).forget());
        let turns = (1..=TURNS).find(|_| {
            waiter.asleep();
            waiter.held_up(|| {
                semaphore.release(1).unwrap();
                semaphore.try_acquire().map(Permit::forget).is_none()
            })
        });
        waiter.asleep();
        let (kept, taken) = (semaphore.available(), elsewhere(|| semaphore.try_acquire().is_some()));
        let none = semaphore.try_acquire_many(0).is_some();
        semaphore.release(2 - kept).unwrap();
        waiter.join();
        assert!(turns.is_some(), "it is overtaken too often");
        assert_eq!((kept, taken, none), (1, false, true));
    });
    assert_eq!(semaphore.available(), 0);
}

/// Permits are not reserved any longer for a waiter that gives up.
#[test]
fn permits_are_kept_until_the_wait_is_over() {
    let semaphore = Semaphore::new(0);
    let (source, stop) = ungil_threads::StopSource::new();
    thread::scope(|scope| {
        let waiter = start(scope, || semaphore.acquire_many_until(2, &stop).is_ok());
        while {
            waiter.asleep();
            waiter.held_up(|| {
                semaphore.release(1).unwrap();
                semaphore.try_acquire().map(Permit::forget).is_some()
            })
        } {}
        waiter.asleep();
        source.request_stop();
        assert!(!waiter.join());
        assert!(semaphore.try_acquire().is_some(), "the permit is reserved for no thread");
    });
}
