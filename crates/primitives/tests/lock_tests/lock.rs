//! `BaseLockTests` and `LockTests`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::Lock;
use super::support::{SHORT, TIMEOUT, asleep_in_order, elsewhere, join_all, start, takes_its_time};

pub fn acquire_destroy<L: Lock>() {
    let lock = L::new();
    lock.acquire();
    drop(lock);
}

pub fn acquire_release<L: Lock>() {
    let lock = L::new();
    for _ in 0..3 {
        assert!(!lock.is_locked());
        lock.acquire();
        assert!(lock.is_locked());
        assert!(lock.release());
    }
    assert!(!lock.is_locked());
}

pub fn try_acquire<L: Lock>() {
    let lock = L::new();
    assert!(lock.try_acquire());
    assert!(lock.is_locked());
    assert!(lock.release());
    assert!(lock.try_acquire());
}

pub fn try_acquire_contended<L: Lock>() {
    let lock = L::new();
    lock.acquire();
    assert!(!elsewhere(|| lock.try_acquire()));
    assert!(lock.release());
    assert!(elsewhere(|| lock.try_acquire()));
}

pub fn acquire_contended<L: Lock>() {
    const THREADS: usize = 5;
    let (lock, inside, passed) = (L::new(), AtomicUsize::new(0), AtomicUsize::new(0));
    let pass = |_| {
        lock.acquire();
        assert_eq!(inside.fetch_add(1, Ordering::Relaxed), 0, "one at a time");
        passed.fetch_add(1, Ordering::Relaxed);
        thread::yield_now();
        inside.fetch_sub(1, Ordering::Relaxed);
        assert!(lock.release());
    };
    lock.acquire();
    thread::scope(|scope| {
        let threads = asleep_in_order(scope, THREADS, pass);
        assert_eq!(passed.load(Ordering::Relaxed), 0, "nobody passes while it is held");
        assert!(lock.release());
        join_all(threads);
    });
    assert_eq!(passed.load(Ordering::Relaxed), THREADS);
    assert!(!lock.is_locked());
}

/// Nothing stays behind of threads that have used it.
pub fn thread_leak<L: Lock>() {
    let lock = L::new();
    for _ in 0..5 {
        lock.acquire();
        thread::scope(|scope| {
            let threads = asleep_in_order(scope, 3, |_| {
                lock.acquire();
                lock.release()
            });
            assert!(lock.release());
            assert_eq!(join_all(threads), [true; 3]);
        });
        assert!(!lock.is_locked());
    }
}

pub fn timeout<L: Lock>() {
    let lock = L::new();
    assert_eq!(lock.acquire_timeout(Duration::ZERO), Ok(()));
    assert!(lock.is_locked());
    elsewhere(|| {
        assert_eq!(takes_its_time(|| lock.acquire_timeout(SHORT)), TIMEOUT);
        assert_eq!(lock.acquire_timeout(Duration::ZERO), TIMEOUT);
    });
    thread::scope(|scope| {
        let waiter = start(scope, || lock.acquire_timeout(Duration::MAX));
        waiter.asleep();
        assert!(lock.release());
        assert_eq!(waiter.join(), Ok(()));
    });
}

/// A holder that acquires the lock again waits for a release.
pub fn reacquire<L: Lock>() {
    let (lock, times) = (L::new(), AtomicUsize::new(0));
    thread::scope(|scope| {
        let twice = start(scope, || {
            for _ in 0..2 {
                lock.acquire();
                times.fetch_add(1, Ordering::Relaxed);
            }
        });
        twice.asleep();
        assert_eq!(times.load(Ordering::Relaxed), 1);
        assert!(lock.release());
        twice.join();
    });
    assert_eq!(times.load(Ordering::Relaxed), 2);
}

/// Any thread may release it.
pub fn different_thread<L: Lock>() {
    let lock = L::new();
    lock.acquire();
    assert!(elsewhere(|| lock.release()));
    assert!(!lock.is_locked());
    lock.acquire();
}

/// An attempt that has timed out leaves nothing behind.
pub fn state_after_timeout<L: Lock>() {
    let lock = L::new();
    lock.acquire();
    assert_eq!(elsewhere(|| lock.acquire_timeout(SHORT)), TIMEOUT);
    assert!(lock.is_locked());
    assert!(lock.release());
    assert!(!lock.is_locked());
    assert_eq!(lock.acquire_timeout(SHORT), Ok(()));
    assert_eq!(elsewhere(|| lock.acquire_timeout(SHORT)), TIMEOUT);
}

/// `ThreadingExceptionTests`.
pub fn releasing_unacquired_lock<L: Lock>() {
    let lock = L::new();
    assert!(!lock.release());
    lock.acquire();
    assert!(lock.release());
    assert!(!lock.release());
    assert!(!lock.is_locked());
}
