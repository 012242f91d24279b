//! `EventTests`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::Event;
use super::support::{SHORT, TIMEOUT, asleep_in_order, join_all, start, takes_its_time};

pub fn is_set<E: Event>() {
    let event = E::new();
    for _ in 0..2 {
        assert!(!event.is_set());
        event.set();
        assert!(event.is_set());
        event.set();
        assert!(event.is_set());
        event.clear();
        assert!(!event.is_set());
        event.clear();
    }
}

/// All who wait go on, twice each, the second time without blocking.
pub fn notify<E: Event>() {
    let (event, passed) = (E::new(), AtomicUsize::new(0));
    let pass = |_| {
        for _ in 0..2 {
            event.wait();
            passed.fetch_add(1, Ordering::Relaxed);
        }
    };
    for _ in 0..2 {
        passed.store(0, Ordering::Relaxed);
        thread::scope(|scope| {
            let threads = asleep_in_order(scope, 4, pass);
            assert_eq!(passed.load(Ordering::Relaxed), 0);
            event.set();
            join_all(threads);
        });
        assert_eq!(passed.load(Ordering::Relaxed), 8);
        event.clear();
    }
}

pub fn timeout<E: Event>() {
    let event = E::new();
    assert_eq!(event.wait_timeout(Duration::ZERO), TIMEOUT);
    assert_eq!(takes_its_time(|| event.wait_timeout(SHORT)), TIMEOUT);
    thread::scope(|scope| {
        let waiter = start(scope, || event.wait_timeout(Duration::MAX));
        waiter.asleep();
        event.set();
        assert_eq!(waiter.join(), Ok(()));
    });
    assert_eq!(event.wait_timeout(Duration::ZERO), Ok(()));
}

/// A waiter goes on when the event is set, even if it is cleared at once.
pub fn set_and_clear<E: Event>() {
    let event = E::new();
    thread::scope(|scope| {
        let threads = asleep_in_order(scope, 4, |_| event.wait());
        event.set();
        event.clear();
        join_all(threads);
    });
    assert!(!event.is_set());
}
