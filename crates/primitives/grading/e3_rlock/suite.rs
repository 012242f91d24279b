//! What an answer to "a lock with an owner" has to do.

use interleave::sync::Arc;
use interleave::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interleave::{Model, SearchResult, thread};

use super::answer::{NotOwner, RLock};

fn its_owner_may_acquire_it_again() -> SearchResult {
    Model::new().search(|| {
        let lock = RLock::new();
        assert_eq!(lock.release(), Err(NotOwner), "nobody has acquired it");
        lock.acquire();
        lock.acquire();
        assert!(lock.try_acquire(), "its owner may acquire it again");
        for _ in 0..3 {
            assert_eq!(lock.release(), Ok(()), "acquired three times, so it can be released three times");
        }
        assert_eq!(lock.release(), Err(NotOwner), "acquired three times, and released four times");
    })
}

/// What `f` gives in another thread, while this one waits for it.
fn elsewhere<R: Send + 'static>(lock: &Arc<RLock>, f: impl FnOnce(&RLock) -> R + Send + 'static) -> R {
    let lock = Arc::clone(lock);
    thread::spawn(move || f(&lock)).join().unwrap()
}

fn nobody_else_can_release_it() -> SearchResult {
    Model::new().search(|| {
        let lock = Arc::new(RLock::new());
        lock.acquire();
        assert_eq!(elsewhere(&lock, RLock::release), Err(NotOwner), "it belongs to main");
        assert_eq!(lock.release(), Ok(()), "it still belongs to main");
    })
}

fn it_is_free_when_released_as_often_as_acquired() -> SearchResult {
    Model::new().search(|| {
        let lock = Arc::new(RLock::new());
        lock.acquire();
        assert!(!elsewhere(&lock, RLock::try_acquire), "main has it");
        lock.acquire();
        lock.release().unwrap();
        assert!(!elsewhere(&lock, RLock::try_acquire), "acquired twice, released once: main still has it");
        lock.release().unwrap();
        assert!(elsewhere(&lock, RLock::try_acquire), "main has released it as often as acquired");
    })
}

/// The lecture's, whose method takes the lock that its caller has already.
struct Counter {
    lock: RLock,
    value: AtomicU32,
}

impl Counter {
    fn increment(&self) {
        self.lock.acquire();
        // Two steps: somebody else may come in between, if there are two inside.
        let value = self.get();
        self.value.store(value + 1, Relaxed);
        assert_eq!(self.lock.release(), Ok(()), "acquired, and not released yet");
    }

    fn get(&self) -> u32 {
        self.lock.acquire();
        let value = self.value.load(Relaxed);
        assert_eq!(self.lock.release(), Ok(()), "acquired twice, and not released yet");
        value
    }
}

fn two_threads_count() {
    let counter = Arc::new(Counter { lock: RLock::new(), value: AtomicU32::new(0) });
    let other = thread::spawn({
        let counter = Arc::clone(&counter);
        move || counter.increment()
    });
    counter.increment();
    other.join().unwrap();
    assert_eq!(counter.value.load(Relaxed), 2, "two threads were inside, and an addition is lost");
}

fn one_owner_at_a_time() -> SearchResult {
    Model::new().search(two_threads_count)
}

fn a_wake_up_for_no_reason_gives_nothing() -> SearchResult {
    Model::new().spurious(true).search(two_threads_count)
}

harness::suite! {
    "2/3": its_owner_may_acquire_it_again, nobody_else_can_release_it,
    it_is_free_when_released_as_often_as_acquired, one_owner_at_a_time,
    a_wake_up_for_no_reason_gives_nothing; two_threads_count
}
