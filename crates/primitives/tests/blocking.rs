//! What all blocking calls have in common: they end at their limit and not before, and cost nothing until
//! then.

mod support;

use std::thread;
use std::time::Duration;

use support::{SHORT, STOPPED, TIMEOUT, elsewhere, start, takes_its_time};
use ungil_primitives::{
    Barrier, BarrierError, BoundedSemaphore, Condition, Event, Interrupted, Limit, Lock, RLock, RawLock,
    RawRLock, Semaphore,
};
use ungil_threads::StopSource;

/// A call that blocks for as long as its limit allows.
fn blocks(call: impl Fn(Limit) -> Result<(), Interrupted> + Sync) {
    assert_eq!(elsewhere(|| call(Limit::timeout(Duration::ZERO))), TIMEOUT);
    let (source, stop) = StopSource::new();
    thread::scope(|scope| {
        let stopped = start(scope, || call(Limit::from(&stop)));
        // A time-out that is too large for the clock is for ever.
        let saturated = start(scope, || call(Limit::timeout(Duration::MAX).or_stop(&stop)));
        let ran = [stopped.asleep(), saturated.asleep()];
        let timed_out = elsewhere(|| takes_its_time(|| call(Limit::timeout(SHORT))));
        let ran_meanwhile = [stopped.asleep(), saturated.asleep()] != ran;
        source.request_stop();
        assert_eq!(timed_out, TIMEOUT);
        assert!(!ran_meanwhile, "who is blocked does not run");
        assert_eq!([stopped.join(), saturated.join()], [STOPPED; 2]);
        assert_eq!(elsewhere(|| call(Limit::timeout(Duration::ZERO).or_stop(&stop))), STOPPED);
    });
}

#[test]
fn raw_lock() {
    let lock = RawLock::new();
    lock.acquire();
    blocks(|limit| lock.acquire_until(limit));
    assert_eq!(lock.release(), Ok(()));
    assert!(lock.try_acquire(), "who has given up leaves nothing behind");
}

#[test]
fn lock() {
    let lock = Lock::new(());
    let guard = lock.lock();
    blocks(|limit| lock.lock_until(limit).map(drop));
    drop(guard);
    assert!(lock.try_lock().is_some());
}

#[test]
fn raw_rlock() {
    let lock = RawRLock::new();
    lock.acquire();
    blocks(|limit| lock.acquire_until(limit));
    assert_eq!(lock.release(), Ok(()));
    assert!(elsewhere(|| lock.try_acquire()));
}

#[test]
fn rlock() {
    let lock = RLock::new(());
    let _guard = lock.lock();
    blocks(|limit| lock.lock_until(limit).map(drop));
    assert_eq!(lock.count(), 1);
}

#[test]
fn event() {
    let event = Event::new();
    blocks(|limit| event.wait_until(limit));
}

#[test]
fn condition() {
    let (lock, condition) = (Lock::new(()), Condition::new());
    blocks(|limit| condition.wait_until(&mut lock.lock(), limit));
    blocks(|limit| condition.wait_while_until(&mut lock.lock(), limit, |_| true));
    assert_eq!(condition.notify_all(&lock.lock()), 0, "who has given up waits no more");
}

#[test]
fn condition_of_rlock() {
    let (lock, condition) = (RLock::new(()), Condition::new());
    blocks(|limit| condition.wait_until(&mut lock.lock(), limit));
}

#[test]
fn semaphore() {
    let semaphore = Semaphore::new(1);
    let _permit = semaphore.acquire();
    blocks(|limit| semaphore.acquire_many_until(2, limit).map(drop));
    blocks(|limit| semaphore.acquire_until(limit).map(drop));
    assert_eq!(semaphore.available(), 0);
}

#[test]
fn bounded_semaphore() {
    let semaphore = BoundedSemaphore::new(1);
    let _permit = semaphore.acquire();
    blocks(|limit| semaphore.acquire_many_until(2, limit).map(drop));
    blocks(|limit| semaphore.acquire_until(limit).map(drop));
}

/// Each call has a barrier of its own: to give up breaks it.
#[test]
fn barrier() {
    blocks(|limit| match Barrier::new(2).wait_until(limit) {
        Err(BarrierError::Interrupted(interrupted)) => Err(interrupted),
        other => panic!("{other:?}"),
    });
}

#[test]
fn what_is_free_is_had_whatever_the_limit() {
    let (source, stop) = StopSource::new();
    source.request_stop();
    let limit = || Limit::timeout(Duration::ZERO).or_stop(&stop);
    assert_eq!(RawLock::new().acquire_until(limit()), Ok(()));
    assert_eq!(RawRLock::new().acquire_until(limit()), Ok(()));
    assert!(Lock::new(()).lock_until(limit()).is_ok());
    assert!(RLock::new(()).lock_until(limit()).is_ok());
    assert!(Semaphore::new(2).acquire_many_until(2, limit()).is_ok());
    assert!(BoundedSemaphore::new(1).acquire_until(limit()).is_ok());
    assert!(Barrier::new(1).wait_until(limit()).is_ok());
    let event = Event::new();
    event.set();
    assert_eq!(event.wait_until(limit()), Ok(()));
    let lock = Lock::new(());
    assert_eq!(Condition::new().wait_while_until(&mut lock.lock(), limit(), |_| false), Ok(()));
}

/// The destructors of a thread's locals run when much else of it is gone already.
#[test]
fn a_thread_that_ends_can_still_block() {
    struct Last(std::sync::mpsc::Sender<()>);
    impl Drop for Last {
        fn drop(&mut self) {
            LOCK.acquire();
            LOCK.release().unwrap();
            self.0.send(()).unwrap();
        }
    }
    static LOCK: RawLock = RawLock::new();
    std::thread_local!(static LAST: std::cell::OnceCell<Last> = const { std::cell::OnceCell::new() });

    let (sender, ended) = std::sync::mpsc::channel();
    LOCK.acquire();
    thread::scope(|scope| {
        let thread = start(scope, || {
            // First: so it is destroyed after what the wait below makes for the thread.
            LAST.with(|last| drop(last.set(Last(sender))));
            assert_eq!(LOCK.acquire_timeout(SHORT), TIMEOUT);
        });
        support::wait_until(|| thread.is_finished());
        thread.asleep();
        LOCK.release().unwrap();
        ended.recv_timeout(support::NET).expect("the destructor returns");
    });
}
