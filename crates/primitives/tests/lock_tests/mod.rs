//! What Python's primitives do, as tests of any types that claim to do the same. They have the names of the
//! tests in CPython's `test/lock_tests.py` that they come from.
//!
//! A crate implements the traits for its types, and makes the tests with [`suite!`]. It takes these files by
//! `#[path = "../../primitives/tests/lock_tests/mod.rs"] mod lock_tests;`, in the root of a test target: so
//! they are built where they run and nowhere else.

use std::time::Duration;

use ungil_primitives::BarrierError;
use ungil_threads::Interrupted;

pub mod barrier;
pub mod condition;
pub mod event;
pub mod guard;
pub mod lock;
pub mod rlock;
pub mod semaphore;
#[path = "../support/mod.rs"]
pub mod support;

/// A lock without an owner, or with one.
pub trait Lock: Sync {
    fn new() -> Self;
    fn acquire(&self);
    fn try_acquire(&self) -> bool;
    fn acquire_timeout(&self, timeout: Duration) -> Result<(), Interrupted>;
    /// False: it was refused.
    fn release(&self) -> bool;
    fn is_locked(&self) -> bool;
}

/// A lock that its owner may acquire again.
pub trait RLock: Lock {
    /// How often the calling thread holds it.
    fn count(&self) -> usize;
}

/// What is held for as long as a closure runs, by a guard.
pub trait Guard: Sync {
    fn new() -> Self;
    fn with<R>(&self, f: impl FnOnce() -> R) -> R;
    /// Whether the calling thread could have it now.
    fn is_free(&self) -> bool;
}

/// A flag that threads wait for.
pub trait Event: Sync {
    fn new() -> Self;
    fn is_set(&self) -> bool;
    fn set(&self);
    fn clear(&self);
    fn wait(&self);
    fn wait_timeout(&self, timeout: Duration) -> Result<(), Interrupted>;
}

/// A condition and its lock.
pub trait Condition: Sync {
    type Guard<'a>
    where
        Self: 'a;

    fn new() -> Self;
    fn lock(&self) -> Self::Guard<'_>;
    fn is_locked(&self) -> bool;
    fn wait(&self, guard: &mut Self::Guard<'_>);
    fn wait_timeout(&self, guard: &mut Self::Guard<'_>, timeout: Duration) -> Result<(), Interrupted>;
    fn wait_while(&self, guard: &mut Self::Guard<'_>, condition: impl FnMut() -> bool);
    fn wait_while_timeout(
        &self,
        guard: &mut Self::Guard<'_>,
        timeout: Duration,
        condition: impl FnMut() -> bool,
    ) -> Result<(), Interrupted>;
    fn notify_n(&self, guard: &Self::Guard<'_>, n: usize) -> usize;
    fn notify_all(&self, guard: &Self::Guard<'_>) -> usize;
}

/// A number of permits. An acquired permit stays taken until a thread releases it.
pub trait Semaphore: Sync + Default {
    fn new(permits: u32) -> Self;
    fn acquire(&self);
    fn try_acquire(&self) -> bool;
    fn acquire_timeout(&self, timeout: Duration) -> Result<(), Interrupted>;
    /// False: it was refused.
    fn release(&self, count: u32) -> bool;
    fn available(&self) -> u32;
}

/// A place where threads wait for each other.
pub trait Barrier: Sync {
    fn new(parties: usize) -> Self;
    fn with_action(parties: usize, action: impl Fn() + Send + Sync + 'static) -> Self;
    /// Which thread of the round it is.
    fn wait(&self) -> Result<usize, BarrierError>;
    fn wait_timeout(&self, timeout: Duration) -> Result<usize, BarrierError>;
    fn abort(&self);
    fn reset(&self);
    fn parties(&self) -> usize;
    fn waiting(&self) -> usize;
    fn is_broken(&self) -> bool;
}

/// `suite!(mod rlock for RawRLock: lock, rlock)` makes the tests of these kinds for the type, in a module.
macro_rules! suite {
    (mod $module:ident for $type:ty: $($kind:ident),+) => {
        mod $module {
            #[allow(unused_imports, reason = "the type may be in scope or written with its path")]
            use super::*;
            $(crate::lock_tests::suite!(@$kind $type);)+
        }
    };
    (@lock $type:ty) => {
        crate::lock_tests::suite!(@tests lock, $type: acquire_destroy, acquire_release, try_acquire,
            try_acquire_contended, acquire_contended, thread_leak, timeout);
    };
    (@ownerless_lock $type:ty) => {
        crate::lock_tests::suite!(@tests lock, $type: reacquire, different_thread, state_after_timeout,
            releasing_unacquired_lock);
    };
    (@rlock $type:ty) => {
        crate::lock_tests::suite!(@tests rlock, $type: reacquire, release_unacquired, recursion_count,
            different_thread, is_owned);
    };
    (@guard $type:ty) => {
        crate::lock_tests::suite!(@tests guard, $type: with);
    };
    (@event $type:ty) => {
        crate::lock_tests::suite!(@tests event, $type: is_set, notify, timeout, set_and_clear);
    };
    (@condition $type:ty) => {
        crate::lock_tests::suite!(@tests condition, $type: acquire, notify, timeout, waitfor,
            waitfor_timeout);
    };
    (@semaphore $type:ty) => {
        crate::lock_tests::suite!(@tests semaphore, $type: constructor, acquire, acquire_destroy,
            acquire_contended, multirelease, try_acquire, try_acquire_contended, acquire_timeout,
            default_value);
    };
    (@unbounded $type:ty) => {
        crate::lock_tests::suite!(@tests semaphore, $type: release_unacquired);
    };
    (@bounded $type:ty) => {
        crate::lock_tests::suite!(@tests semaphore, $type: release_unacquired_bounded);
    };
    (@barrier $type:ty) => {
        crate::lock_tests::suite!(@tests barrier, $type: constructor, barrier, barrier_10, wait_return,
            action, abort, reset, abort_and_reset, timeout, single_thread);
    };
    (@tests $file:ident, $type:ty: $($test:ident),+) => {
        $(
            #[test]
            fn $test() {
                crate::lock_tests::$file::$test::<$type>();
            }
        )+
    };
}
pub(crate) use suite;
