//! `ConditionTests`.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::Condition;
use super::support::{SHORT, TIMEOUT, asleep_in_order, join_all, start, takes_its_time};

/// It has a lock.
pub fn acquire<C: Condition>() {
    let condition = C::new();
    let guard = condition.lock();
    assert!(condition.is_locked());
    thread::scope(|scope| {
        let other = start(scope, || drop(condition.lock()));
        other.asleep();
        drop(guard);
        other.join();
    });
    assert!(!condition.is_locked());
}

/// As many waiters go on as are notified, in order of arrival (FIFO); the others sleep on.
pub fn notify<C: Condition>() {
    let (condition, passed) = (C::new(), AtomicUsize::new(0));
    let notify = |n| {
        let guard = condition.lock();
        condition.notify_n(&guard, n)
    };
    assert_eq!(notify(1), 0, "nobody waits, and nothing is remembered");
    thread::scope(|scope| {
        let mut waiters = asleep_in_order(scope, 6, |_| {
            let mut guard = condition.lock();
            condition.wait(&mut guard);
            passed.fetch_add(1, Ordering::Relaxed);
        });
        let mut gone = 0;
        for (n, notified) in [(0, 0), (1, 1), (2, 2), (9, 3)] {
            assert_eq!(notify(n), notified);
            join_all(waiters.drain(..notified).collect());
            for waiter in &waiters {
                waiter.asleep();
            }
            gone += notified;
            assert_eq!(passed.load(Ordering::Relaxed), gone);
        }
        let waiters = asleep_in_order(scope, 3, |_| condition.wait(&mut condition.lock()));
        let notified = condition.notify_all(&condition.lock());
        assert_eq!(notified, 3);
        join_all(waiters);
    });
}

pub fn timeout<C: Condition>() {
    let condition = C::new();
    let mut guard = condition.lock();
    assert_eq!(takes_its_time(|| condition.wait_timeout(&mut guard, SHORT)), TIMEOUT);
    assert_eq!(condition.wait_timeout(&mut guard, Duration::ZERO), TIMEOUT);
    assert!(condition.is_locked());
    assert_eq!(condition.notify_all(&guard), 0, "who has timed out waits no more");
    drop(guard);
    thread::scope(|scope| {
        let waiter = start(scope, || condition.wait_timeout(&mut condition.lock(), Duration::MAX));
        waiter.asleep();
        let notified = condition.notify_all(&condition.lock());
        assert_eq!((notified, waiter.join()), (1, Ok(())));
    });
    assert!(!condition.is_locked());
}

/// A notification alone is not what it waits for.
pub fn waitfor<C: Condition>() {
    let (condition, state) = (C::new(), AtomicU32::new(0));
    thread::scope(|scope| {
        let waiter = start(scope, || {
            let mut guard = condition.lock();
            condition.wait_while(&mut guard, || state.load(Ordering::Relaxed) < 4);
            assert!(condition.is_locked());
        });
        for now in 1..=4 {
            waiter.asleep();
            let guard = condition.lock();
            state.store(now, Ordering::Relaxed);
            assert_eq!(condition.notify_all(&guard), 1);
        }
        waiter.join();
    });
}

/// The time is for the whole wait, however often it is notified.
pub fn waitfor_timeout<C: Condition>() {
    let (condition, looks) = (C::new(), AtomicU32::new(0));
    let wait = |timeout| {
        let mut guard = condition.lock();
        condition.wait_while_timeout(&mut guard, timeout, || {
            looks.fetch_add(1, Ordering::Relaxed);
            true
        })
    };
    thread::scope(|scope| {
        let waiter = start(scope, || takes_its_time(|| wait(SHORT * 10)));
        // It is notified again and again, and still comes to an end.
        while !waiter.is_finished() {
            condition.notify_all(&condition.lock());
            thread::yield_now();
        }
        assert_eq!(waiter.join(), TIMEOUT);
    });
    assert!(looks.swap(0, Ordering::Relaxed) >= 2);
    assert_eq!(wait(Duration::ZERO), TIMEOUT);
    let mut guard = condition.lock();
    assert_eq!(condition.wait_while_timeout(&mut guard, Duration::ZERO, || false), Ok(()));
}
