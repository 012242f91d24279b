//! CPython's tests of its primitives, over ours and over `spec`; the table is conformance.toml.

mod lock_tests;

/// Both have the same names and signatures: the same text implements the traits for both.
macro_rules! types_of {
    ($($path:ident)::+) => {
        use std::time::Duration;

        use $($path)::+ as ours;
        use ours::{
            Barrier, BoundedSemaphore, Condition, Event, Lock, LockGuard, RLock, RLockGuard, RawLock,
            RawRLock, Semaphore,
        };
        use ungil_primitives::{BarrierError, Interrupted};

        use crate::lock_tests::{self as api, suite};

        api_of_lock!(RawLock);
        api_of_lock!(RawRLock);

        impl api::RLock for RawRLock {
            fn count(&self) -> usize {
                self.count()
            }
        }

        api_of_guard!(Lock<()>);
        api_of_guard!(RLock<()>);

        impl api::Event for Event {
            fn new() -> Self {
                Event::new()
            }
            fn is_set(&self) -> bool {
                self.is_set()
            }
            fn set(&self) {
                self.set();
            }
            fn clear(&self) {
                self.clear();
            }
            fn wait(&self) {
                self.wait();
            }
            fn wait_timeout(&self, timeout: Duration) -> Result<(), Interrupted> {
                self.wait_timeout(timeout)
            }
        }

        struct WithLock(Lock<()>, Condition);
        struct WithRLock(RLock<()>, Condition);
        api_of_condition!(WithLock, Lock, LockGuard);
        api_of_condition!(WithRLock, RLock, RLockGuard);

        api_of_semaphore!(Semaphore);
        api_of_semaphore!(BoundedSemaphore);

        impl api::Barrier for Barrier {
            fn new(parties: usize) -> Self {
                Barrier::new(parties)
            }
            fn with_action(parties: usize, action: impl Fn() + Send + Sync + 'static) -> Self {
                Barrier::with_action(parties, action)
            }
            fn wait(&self) -> Result<usize, BarrierError> {
                self.wait().map(|turn| turn.index())
            }
            fn wait_timeout(&self, timeout: Duration) -> Result<usize, BarrierError> {
                self.wait_timeout(timeout).map(|turn| turn.index())
            }
            fn abort(&self) {
                self.abort();
            }
            fn reset(&self) {
                self.reset();
            }
            fn parties(&self) -> usize {
                self.parties()
            }
            fn waiting(&self) -> usize {
                self.waiting()
            }
            fn is_broken(&self) -> bool {
                self.is_broken()
            }
        }

        suite!(mod lock for RawLock: lock, ownerless_lock);
        suite!(mod lock_guard for Lock<()>: guard);
        suite!(mod rlock for RawRLock: lock, rlock);
        suite!(mod rlock_guard for RLock<()>: guard);
        suite!(mod event for Event: event);
        suite!(mod condition for WithLock: condition);
        suite!(mod condition_of_rlock for WithRLock: condition);
        suite!(mod semaphore for Semaphore: semaphore, guard, unbounded);
        suite!(mod bounded_semaphore for BoundedSemaphore: semaphore, guard, bounded);
        suite!(mod barrier for Barrier: barrier);
    };
}

macro_rules! api_of_lock {
    ($type:ty) => {
        impl api::Lock for $type {
            fn new() -> Self {
                Self::new()
            }
            fn acquire(&self) {
                self.acquire();
            }
            fn try_acquire(&self) -> bool {
                self.try_acquire()
            }
            fn acquire_timeout(&self, timeout: Duration) -> Result<(), Interrupted> {
                self.acquire_timeout(timeout)
            }
            fn release(&self) -> bool {
                self.release().is_ok()
            }
            fn is_locked(&self) -> bool {
                self.is_locked()
            }
        }
    };
}

macro_rules! api_of_guard {
    ($type:ty) => {
        impl api::Guard for $type {
            fn new() -> Self {
                Self::new(())
            }
            fn with<R>(&self, f: impl FnOnce() -> R) -> R {
                let _guard = self.lock();
                f()
            }
            fn is_free(&self) -> bool {
                self.try_lock().is_some()
            }
        }
    };
}

macro_rules! api_of_condition {
    ($both:ident, $lock:ident, $guard:ident) => {
        impl api::Condition for $both {
            type Guard<'a> = $guard<'a, ()>;

            fn new() -> Self {
                $both($lock::new(()), Condition::new())
            }
            fn lock(&self) -> Self::Guard<'_> {
                self.0.lock()
            }
            fn is_locked(&self) -> bool {
                self.0.is_locked()
            }
            fn wait(&self, guard: &mut Self::Guard<'_>) {
                self.1.wait(guard);
            }
            fn wait_timeout(
                &self,
                guard: &mut Self::Guard<'_>,
                timeout: Duration,
            ) -> Result<(), Interrupted> {
                self.1.wait_timeout(guard, timeout)
            }
            fn wait_while(&self, guard: &mut Self::Guard<'_>, mut condition: impl FnMut() -> bool) {
                self.1.wait_while(guard, |_| condition());
            }
            fn wait_while_timeout(
                &self,
                guard: &mut Self::Guard<'_>,
                timeout: Duration,
                mut condition: impl FnMut() -> bool,
            ) -> Result<(), Interrupted> {
                self.1.wait_while_timeout(guard, timeout, |_| condition())
            }
            fn notify_n(&self, guard: &Self::Guard<'_>, n: usize) -> usize {
                self.1.notify_n(guard, n)
            }
            fn notify_all(&self, guard: &Self::Guard<'_>) -> usize {
                self.1.notify_all(guard)
            }
        }
    };
}

macro_rules! api_of_semaphore {
    ($type:ty) => {
        impl api::Semaphore for $type {
            fn new(permits: u32) -> Self {
                Self::new(permits)
            }
            fn acquire(&self) {
                self.acquire().forget();
            }
            fn try_acquire(&self) -> bool {
                self.try_acquire().map(|permit| permit.forget()).is_some()
            }
            fn acquire_timeout(&self, timeout: Duration) -> Result<(), Interrupted> {
                self.acquire_timeout(timeout).map(|permit| permit.forget())
            }
            fn release(&self, count: u32) -> bool {
                self.release(count).is_ok()
            }
            fn available(&self) -> u32 {
                self.available()
            }
        }

        impl api::Guard for $type {
            fn new() -> Self {
                Self::new(1)
            }
            fn with<R>(&self, f: impl FnOnce() -> R) -> R {
                let _permit = self.acquire();
                f()
            }
            fn is_free(&self) -> bool {
                self.try_acquire().is_some()
            }
        }
    };
}

mod shipped {
    types_of!(ungil_primitives);
}

mod spec {
    types_of!(ungil_primitives::spec);
}
