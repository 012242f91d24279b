//! What an answer to "a semaphore" has to do.

use interleave::sync::Arc;
use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::{Model, SearchResult, thread};

use super::answer::Semaphore;

fn as_many_get_in_as_there_are_permits() -> SearchResult {
    Model::new().search(|| {
        let semaphore = Semaphore::new(2);
        semaphore.acquire();
        assert!(semaphore.try_acquire(), "there was a second permit");
        assert!(!semaphore.try_acquire(), "there were two permits, and a third was given");
        semaphore.release(1);
        assert!(semaphore.try_acquire(), "a permit was given back");
        semaphore.release(3);
        for _ in 0..3 {
            semaphore.acquire();
        }
        assert!(!semaphore.try_acquire(), "three permits were released, and a fourth was given");
    })
}

/// The lecture's, with a semaphore of one permit for a lock.
struct Counter {
    semaphore: Semaphore,
    value: AtomicU32,
}

impl Counter {
    fn increment(&self) {
        self.semaphore.acquire();
        // Two steps: somebody else may come in between, if there are two inside.
        let value = self.value.load(Relaxed);
        self.value.store(value + 1, Relaxed);
        self.semaphore.release(1);
    }
}

fn one_permit_is_a_lock() -> SearchResult {
    Model::new().search(|| {
        let counter = Arc::new(Counter { semaphore: Semaphore::new(1), value: AtomicU32::new(0) });
        let other = thread::spawn({
            let counter = Arc::clone(&counter);
            move || counter.increment()
        });
        counter.increment();
        other.join().unwrap();
        assert_eq!(counter.value.load(Relaxed), 2, "two threads had the one permit, and an addition is lost");
    })
}

fn a_release_wakes_who_waits() -> SearchResult {
    Model::new().search(|| waiters::<1>(|semaphore| semaphore.release(1)))
}

fn a_release_of_two_wakes_two() -> SearchResult {
    Model::new().preemption_bound(2).search(|| waiters::<2>(|semaphore| semaphore.release(2)))
}

fn two_releases_wake_two() -> SearchResult {
    Model::new().preemption_bound(2).search(|| {
        waiters::<2>(|semaphore| {
            semaphore.release(1);
            semaphore.release(1);
        })
    })
}

/// So many threads want a permit when there is none; `release` gives one to each.
fn waiters<const N: usize>(release: impl FnOnce(&Semaphore)) {
    let semaphore = Arc::new(Semaphore::new(0));
    let waiters = [(); N].map(|()| {
        let semaphore = Arc::clone(&semaphore);
        thread::spawn(move || semaphore.acquire())
    });
    release(&semaphore);
    for waiter in waiters {
        waiter.join().unwrap();
    }
    assert!(!semaphore.try_acquire(), "each permit was given to one, and there is one more");
}

fn who_is_woken_may_find_the_permit_gone() -> SearchResult {
    Model::new().search(|| {
        waiters::<1>(|semaphore| {
            semaphore.release(1);
            // Another thread may take it first.
            if semaphore.try_acquire() {
                semaphore.release(1);
            }
        });
    })
}

fn a_wake_up_for_no_reason_is_no_permit() -> SearchResult {
    Model::new().spurious(true).search(|| {
        waiters::<1>(|semaphore| {
            // Time for a spurious wake-up.
            thread::yield_now();
            semaphore.release(1);
        });
    })
}

/// Real threads, once: for wrong answers that real threads do not catch.
fn stress() {
    waiters::<1>(|semaphore| semaphore.release(1));
}

harness::suite! {
    "2/2": as_many_get_in_as_there_are_permits, one_permit_is_a_lock, a_release_wakes_who_waits,
    a_release_of_two_wakes_two, two_releases_wake_two, who_is_woken_may_find_the_permit_gone,
    a_wake_up_for_no_reason_is_no_permit; stress
}
