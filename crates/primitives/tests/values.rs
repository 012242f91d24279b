//! Values behind locks, permits, counts, and what is printed.

mod support;

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use support::{elsewhere, start};
use ungil_primitives::{
    BoundedSemaphore, Condition, Event, Lock, NotLocked, NotOwner, RLock, RawLock, RawRLock, Semaphore,
    SharedCounter, TooManyPermits,
};

#[test]
fn a_lock_loses_no_update() {
    let count = Lock::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    let mut count = count.lock();
                    let seen = *count;
                    // Another thread inside has every chance to get between.
                    thread::yield_now();
                    *count = seen + 1;
                }
            });
        }
    });
    assert_eq!(count.into_inner(), 4000);
}

#[test]
fn an_rlock_loses_no_update() {
    let count = RLock::new(Cell::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    let outer = count.lock();
                    let inner = count.lock();
                    inner.set(outer.get() + 1);
                }
            });
        }
    });
    assert_eq!(count.into_inner().get(), 4000);
}

/// Nor does a later thread take it for its own, if the system gives that the same place in memory.
#[test]
fn an_rlock_outlives_its_owner() {
    let lock = RawRLock::new();
    std::thread::scope(|scope| drop(scope.spawn(|| lock.acquire()).join()));
    std::thread::scope(|scope| assert_eq!(scope.spawn(|| lock.count()).join().unwrap(), 0));
    assert!(lock.is_locked() && !lock.try_acquire());
}

#[test]
fn a_shared_counter_loses_no_update() {
    let counter = SharedCounter::new(i64::MAX);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..1000).for_each(|_| counter.increment(1)));
        }
    });
    assert_eq!(counter.get(), i64::MIN + 3999);
}

#[test]
fn a_wait_releases_an_rlock_wholly() {
    let (done, condition) = (RLock::new(Cell::new(false)), Condition::new());
    thread::scope(|scope| {
        let waiter = start(scope, || {
            let mut guards = [done.lock(), done.lock(), done.lock()];
            condition.wait_while(&mut guards[1], |done| !done.get());
            let counted = done.count();
            drop(guards);
            (counted, done.count())
        });
        waiter.asleep();
        let guard = done.lock();
        guard.set(true);
        condition.notify_one(&guard);
        assert_eq!(done.count(), 1);
        drop(guard);
        assert_eq!(waiter.join(), (3, 0));
    });
}

/// A condition is told apart by the lock that it is used with.
#[test]
fn a_notification_reaches_those_who_wait_with_the_same_lock() {
    let (one, other, condition) = (Lock::new(()), Lock::new(()), Condition::new());
    thread::scope(|scope| {
        let waiter = start(scope, || condition.wait(&mut one.lock()));
        waiter.asleep();
        assert_eq!(condition.notify_all(&one.lock()), 1);
        waiter.join();
        let waiter = start(scope, || condition.wait(&mut other.lock()));
        waiter.asleep();
        assert_eq!(condition.notify_all(&other.lock()), 1);
        waiter.join();
    });
}

#[test]
fn two_conditions_of_one_lock_are_two() {
    let (lock, [one, other]) = (Lock::new(()), [Condition::new(), Condition::new()]);
    thread::scope(|scope| {
        let waiter = start(scope, || one.wait(&mut lock.lock()));
        let ran = waiter.asleep();
        assert_eq!(other.notify_all(&lock.lock()), 0);
        assert_eq!(waiter.asleep(), ran);
        assert!(one.notify_one(&lock.lock()));
        waiter.join();
    });
}

#[test]
fn what_was_written_before_set_is_seen_after_wait() {
    for _ in 0..200 {
        let (event, written) = (Event::new(), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| {
                written.store(true, Ordering::Relaxed);
                event.set();
            });
            event.wait();
            assert!(written.load(Ordering::Relaxed));
        });
    }
}

#[test]
fn a_permit_gives_back_what_it_took() {
    let semaphore = Semaphore::new(3);
    let two = semaphore.acquire_many(2);
    assert_eq!((two.count(), semaphore.available()), (2, 1));
    assert!(semaphore.try_acquire_many(2).is_none());
    drop(two);
    assert_eq!(semaphore.available(), 3);
    semaphore.acquire().forget();
    assert_eq!(semaphore.available(), 2);
    elsewhere(|| semaphore.acquire_many(2).forget());
    assert_eq!(semaphore.available(), 0);
    assert!(semaphore.try_acquire_many(0).is_some(), "none are always there");
}

/// For the shipped type and for that of `spec`.
macro_rules! keeps_its_bound {
    ($name:ident, $semaphore:ty) => {
        #[test]
        fn $name() {
            let bounded = <$semaphore>::new(2);
            let held = bounded.acquire();
            assert_eq!(bounded.release(1), Err(TooManyPermits), "a guard holds it");
            bounded.acquire().forget();
            assert_eq!(bounded.release(2), Err(TooManyPermits), "only one was forgotten");
            assert_eq!((bounded.release(1), bounded.available()), (Ok(()), 1));
            drop(held);
            assert_eq!((bounded.release(1), bounded.available()), (Err(TooManyPermits), 2));
        }
    };
}

keeps_its_bound!(a_bounded_semaphore_keeps_its_bound, BoundedSemaphore);
keeps_its_bound!(a_bounded_semaphore_of_spec_keeps_its_bound, ungil_primitives::spec::BoundedSemaphore);

#[test]
fn what_does_not_fit_is_refused() {
    assert_eq!(RawLock::new().release(), Err(NotLocked));
    assert_eq!(RawRLock::new().release(), Err(NotOwner));
    let semaphore = Semaphore::new(u32::MAX - 1);
    assert_eq!(semaphore.release(2), Err(TooManyPermits));
    assert_eq!(semaphore.available(), u32::MAX - 1);
    assert_eq!(semaphore.release(1), Ok(()));
    let bounded = BoundedSemaphore::new(0);
    assert_eq!((bounded.release(0), bounded.release(1)), (Ok(()), Err(TooManyPermits)));
    let errors = [NotLocked.to_string(), NotOwner.to_string(), TooManyPermits.to_string()];
    assert!(errors.iter().all(|error| error.starts_with("release of ")), "{errors:?}");
}

#[test]
fn they_can_be_printed() {
    let (lock, rlock) = (Lock::new(7), RLock::new(7));
    assert_eq!(format!("{lock:?} {rlock:?}"), "Lock { value: 7 } RLock { value: 7 }");
    let guard = lock.lock();
    assert_eq!(format!("{lock:?} {guard:?} {guard}"), "Lock { value: <locked> } 7 7");
    let guard = rlock.lock();
    assert_eq!(elsewhere(|| format!("{rlock:?}")), "RLock { value: <locked> }");
    assert_eq!(format!("{guard:?} {:?}", RawLock::new()), "7 RawLock { locked: false }");
    assert_eq!(format!("{:?}", RawRLock::new()), "RawRLock { locked: false, count: 0 }");
    assert_eq!(
        format!("{:?} {:?}", Event::new(), Condition::new()),
        "Event { set: false } Condition { waiting: 0 }"
    );
    assert_eq!(format!("{:?}", Semaphore::new(2)), "Semaphore { available: 2 }");
    assert_eq!(format!("{:?}", BoundedSemaphore::new(2)), "BoundedSemaphore { available: 2, forgotten: 0 }");
}

mod types {
    use std::cell::Cell;
    use std::mem::size_of;
    use std::sync::MutexGuard;

    use ungil_primitives::steps::{FutexLock, FutexLockGuard};
    use ungil_primitives::{
        Barrier, BoundedSemaphore, Condition, Event, Lock, LockGuard, Permit, RLock, RLockGuard, RawLock,
        RawRLock, Semaphore, SharedCounter,
    };

    // The model checker's integers are larger.
    const _: () = assert!(cfg!(ungil_model) || size_of::<RawLock>() == 4);
    const fn shared<T: Send + Sync>() {}
    const fn sync<T: Sync>() {}

    const _: () = {
        shared::<(RawLock, RawRLock, Event, Condition, Semaphore, BoundedSemaphore, Barrier, SharedCounter)>(
        );
        // They make a value that is Send one that can be shared.
        shared::<(Lock<Cell<u8>>, RLock<Cell<u8>>, FutexLock<Cell<u8>>)>();
        shared::<Permit<'static>>();
        sync::<(LockGuard<'static, u8>, RLockGuard<'static, u8>)>();
    };

    /// Two implementations fit if the type has the trait, and the compiler refuses to choose.
    macro_rules! assert_not {
        ($type:ty: $bound:ident) => {
            const _: fn() = || {
                trait Fits<A> {
                    fn fits() {}
                }
                impl<T: ?Sized> Fits<()> for T {}
                impl<T: ?Sized + $bound> Fits<u8> for T {}
                let _ = <$type as Fits<_>>::fits;
            };
        };
    }

    assert_not!(LockGuard<'static, u8>: Send);
    assert_not!(RLockGuard<'static, u8>: Send);
    // A guard shares the value, which must allow it.
    assert_not!(LockGuard<'static, Cell<u8>>: Sync);
    assert_not!(RLockGuard<'static, Cell<u8>>: Sync);
    assert_not!(FutexLockGuard<'static, Cell<u8>>: Sync);
    // What must stay in its thread must not get out of it by a lock.
    assert_not!(Lock<MutexGuard<'static, u8>>: Sync);
    assert_not!(RLock<MutexGuard<'static, u8>>: Sync);
    assert_not!(FutexLock<MutexGuard<'static, u8>>: Sync);
}
