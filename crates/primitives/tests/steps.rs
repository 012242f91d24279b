//! The steps of the ladder that do not ship: `LockT`, `SpinLock`, `FutexLock`.

use std::sync::atomic::{AtomicBool, Ordering};

use ungil_primitives::NotLocked;
use ungil_primitives::steps::{FutexLock, LockT, SpinLock};

const THREADS: usize = 4;
const ROUNDS: usize = 100;

/// `THREADS` threads, each calling `f` many times.
fn storm(f: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..ROUNDS).for_each(|_| f()));
        }
    });
}

/// Adds one, slowly: another thread inside has every chance to get between.
fn add(value: &mut usize) {
    let seen = *value;
    std::thread::yield_now();
    *value = seen + 1;
}

#[test]
fn lock_t_lets_one_in_at_a_time() {
    let (lock, inside) = (LockT::new(), AtomicBool::new(false));
    storm(|| {
        lock.acquire();
        assert!(!inside.swap(true, Ordering::Relaxed));
        std::thread::yield_now();
        inside.store(false, Ordering::Relaxed);
        assert_eq!(lock.release(), Ok(()));
    });
    assert!(lock.try_acquire());
}

#[test]
fn lock_t_has_no_owner() {
    let lock = LockT::new();
    lock.acquire();
    assert!(!lock.try_acquire());
    std::thread::scope(|scope| {
        scope.spawn(|| assert_eq!(lock.release(), Ok(())));
        lock.acquire();
    });
    assert_eq!(lock.release(), Ok(()));
    assert_eq!(lock.release(), Err(NotLocked));
}

#[test]
fn spin_lock_lets_one_in_at_a_time() {
    let lock = SpinLock::new(0);
    storm(|| add(&mut lock.lock()));
    assert_eq!(*lock.lock(), THREADS * ROUNDS);
}

#[test]
fn futex_lock_lets_one_in_at_a_time() {
    let lock = FutexLock::new(0);
    storm(|| add(&mut lock.lock()));
    assert_eq!(*lock.lock(), THREADS * ROUNDS);
}
