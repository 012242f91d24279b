//! `BaseSemaphoreTests`, `SemaphoreTests` and `BoundedSemaphoreTests`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::Semaphore;
use super::support::{
    SHORT, Started, TIMEOUT, asleep_in_order, elsewhere, join_all, start, takes_its_time, wait_until,
};

/// Fewer than none cannot be written.
pub fn constructor<S: Semaphore>() {
    for permits in [0, 1, u32::MAX] {
        let semaphore = S::new(permits);
        assert_eq!(semaphore.available(), permits);
        assert_eq!(semaphore.try_acquire(), permits > 0);
    }
}

pub fn acquire<S: Semaphore>() {
    let semaphore = S::new(2);
    semaphore.acquire();
    semaphore.acquire();
    assert_eq!(semaphore.available(), 0);
    assert!(semaphore.release(1));
    semaphore.acquire();
    assert!(semaphore.release(2));
    assert_eq!(semaphore.available(), 2);
}

pub fn acquire_destroy<S: Semaphore>() {
    let semaphore = S::new(1);
    semaphore.acquire();
    drop(semaphore);
}

/// As many pass as permits are released.
pub fn acquire_contended<S: Semaphore>() {
    const THREADS: usize = 4;
    let (semaphore, passed) = (S::new(1), AtomicUsize::new(0));
    semaphore.acquire();
    thread::scope(|scope| {
        let threads = asleep_in_order(scope, THREADS, |_| {
            semaphore.acquire();
            passed.fetch_add(1, Ordering::Relaxed);
        });
        for released in 0..THREADS {
            assert_eq!(passed.load(Ordering::Relaxed), released);
            assert!(semaphore.release(1));
            wait_until(|| passed.load(Ordering::Relaxed) > released);
        }
        join_all(threads);
    });
    assert_eq!((passed.into_inner(), semaphore.available()), (THREADS, 0));
}

/// One release lets as many pass as it gives permits.
pub fn multirelease<S: Semaphore>() {
    let semaphore = S::new(5);
    (0..5).for_each(|_| semaphore.acquire());
    thread::scope(|scope| {
        let threads = asleep_in_order(scope, 5, |_| semaphore.acquire());
        let (waiting, passed) = after_release(&semaphore, 3, threads);
        assert_eq!((waiting.len(), passed), (2, 3));
        let (waiting, passed) = after_release(&semaphore, 2, waiting);
        assert_eq!((waiting.len(), passed), (0, 2));
    });
    assert_eq!(semaphore.available(), 0);
}

/// Those who still sleep after a release, and how many do not.
fn after_release<'scope, S: Semaphore>(
    semaphore: &S,
    count: u32,
    threads: Vec<Started<'scope, ()>>,
) -> (Vec<Started<'scope, ()>>, usize) {
    assert!(semaphore.release(count));
    let finished = || threads.iter().filter(|thread| thread.is_finished()).count();
    wait_until(|| finished() >= count as usize);
    let (gone, waiting): (Vec<_>, Vec<_>) = threads.into_iter().partition(Started::is_finished);
    for thread in &waiting {
        thread.asleep();
    }
    let passed = gone.len();
    join_all(gone);
    (waiting, passed)
}

pub fn try_acquire<S: Semaphore>() {
    let semaphore = S::new(2);
    assert!(semaphore.try_acquire() && semaphore.try_acquire());
    assert!(!semaphore.try_acquire());
    assert!(semaphore.release(1));
    assert!(semaphore.try_acquire());
}

pub fn try_acquire_contended<S: Semaphore>() {
    let semaphore = S::new(4);
    semaphore.acquire();
    let results = elsewhere(|| [(); 5].map(|()| semaphore.try_acquire()));
    assert_eq!(results, [true, true, true, false, false]);
}

pub fn acquire_timeout<S: Semaphore>() {
    let semaphore = S::new(2);
    assert_eq!(semaphore.acquire_timeout(Duration::ZERO), Ok(()));
    assert_eq!(semaphore.acquire_timeout(Duration::MAX), Ok(()));
    assert_eq!(semaphore.acquire_timeout(Duration::ZERO), TIMEOUT);
    assert_eq!(takes_its_time(|| semaphore.acquire_timeout(SHORT)), TIMEOUT);
    assert!(semaphore.release(1));
    assert_eq!(semaphore.acquire_timeout(SHORT), Ok(()), "who has timed out has taken none");
    thread::scope(|scope| {
        let waiter = start(scope, || semaphore.acquire_timeout(Duration::MAX));
        waiter.asleep();
        assert!(semaphore.release(1));
        assert_eq!(waiter.join(), Ok(()));
    });
}

/// One permit.
pub fn default_value<S: Semaphore>() {
    let semaphore = S::default();
    assert!(semaphore.try_acquire());
    thread::scope(|scope| {
        let other = start(scope, || {
            semaphore.acquire();
            semaphore.release(1)
        });
        other.asleep();
        assert!(semaphore.release(1));
        assert!(other.join());
    });
}

/// Permits that nobody has taken can be given.
pub fn release_unacquired<S: Semaphore>() {
    let semaphore = S::new(1);
    assert!(semaphore.release(1));
    assert!(semaphore.try_acquire() && semaphore.try_acquire());
    assert!(!semaphore.try_acquire());
}

/// There never are more than at first.
pub fn release_unacquired_bounded<S: Semaphore>() {
    let semaphore = S::new(2);
    assert!(!semaphore.release(1));
    semaphore.acquire();
    assert!(!semaphore.release(2), "one fits, two do not");
    assert!(semaphore.release(1));
    assert!(!semaphore.release(1));
    assert_eq!(semaphore.available(), 2);
}
