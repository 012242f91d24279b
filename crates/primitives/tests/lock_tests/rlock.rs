//! `RLockTests`.

use std::thread;

use super::RLock;
use super::support::{elsewhere, start};

pub fn reacquire<L: RLock>() {
    let lock = L::new();
    lock.acquire();
    assert!(lock.try_acquire());
    lock.acquire();
    for _ in 0..2 {
        assert!(lock.release());
        assert!(!elsewhere(|| lock.try_acquire()), "it is released as often as it was acquired");
    }
    assert!(lock.release());
    assert!(elsewhere(|| lock.try_acquire()));
}

pub fn release_unacquired<L: RLock>() {
    let lock = L::new();
    assert!(!lock.release());
    lock.acquire();
    lock.acquire();
    assert!(lock.release());
    assert!(lock.release());
    assert!(!lock.release());
    assert!(!lock.is_locked());
}

pub fn recursion_count<L: RLock>() {
    let lock = L::new();
    assert_eq!(lock.count(), 0);
    for count in 1..4 {
        lock.acquire();
        assert_eq!(lock.count(), count);
        assert_eq!(elsewhere(|| lock.count()), 0, "it is the other thread's count");
    }
    for count in (0..3).rev() {
        assert!(lock.release());
        assert_eq!(lock.count(), count);
    }
}

/// Only its owner can release it.
pub fn different_thread<L: RLock>() {
    let lock = L::new();
    lock.acquire();
    assert!(!elsewhere(|| lock.release()));
    assert!(lock.is_locked());
    thread::scope(|scope| {
        let other = start(scope, || {
            lock.acquire();
            lock.release()
        });
        other.asleep();
        assert!(lock.release());
        assert!(other.join());
    });
}

pub fn is_owned<L: RLock>() {
    let lock = L::new();
    let mine = || lock.count() > 0;
    assert!(!mine());
    lock.acquire();
    assert!(mine() && !elsewhere(mine));
    assert!(lock.release());
    assert!(!mine());
    elsewhere(|| {
        lock.acquire();
        assert!(mine());
        assert!(lock.release());
    });
    assert!(!mine());
}
