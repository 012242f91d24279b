//! The traits of the crate `lock_api` for [`RawLock`], which then has that crate's guards: guards that are mapped to a
//! part of the value, that own an `Arc` of the lock, or that are sent to another thread.
//!
//! ```
//! use std::sync::Arc;
//! use ungil_primitives::{RawLock, lock_api};
//!
//! type Mutex<T> = lock_api::Mutex<RawLock, T>;
//!
//! let pair = Mutex::new((1, 2));
//! let mut second = lock_api::MutexGuard::map(pair.lock(), |pair| &mut pair.1);
//! *second += 1;
//! drop(second);
//! assert_eq!(*pair.lock(), (1, 3));
//! ```

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

pub use ::lock_api::*;

use crate::RawLock;
use ungil_sync::thread_key;

// SAFETY: the lock has at most one holder at a time.
unsafe impl RawMutex for RawLock {
    const INIT: Self = RawLock::new();

    /// A `RawLock` has no owner: any thread may release it.
    type GuardMarker = GuardSend;

    #[inline]
    fn lock(&self) {
        self.acquire();
    }

    #[inline]
    fn try_lock(&self) -> bool {
        self.try_acquire()
    }

    #[inline]
    unsafe fn unlock(&self) {
        self.release_held();
    }

    fn is_locked(&self) -> bool {
        RawLock::is_locked(self)
    }
}

// SAFETY: an acquisition that succeeds holds the lock; after a time-out the caller does not hold it.
unsafe impl RawMutexTimed for RawLock {
    type Duration = Duration;
    type Instant = Instant;

    fn try_lock_for(&self, timeout: Duration) -> bool {
        self.acquire_timeout(timeout).is_ok()
    }

    fn try_lock_until(&self, deadline: Instant) -> bool {
        self.acquire_until(deadline).is_ok()
    }
}

/// The threads' identity for `lock_api::ReentrantMutex<RawLock, ThreadKey, T>`.
#[derive(Debug)]
pub struct ThreadKey;

// SAFETY: no two living threads have the same key.
unsafe impl GetThreadId for ThreadKey {
    const INIT: Self = ThreadKey;

    fn nonzero_thread_id(&self) -> NonZeroUsize {
        usize::try_from(thread_key()).ok().and_then(NonZeroUsize::new).expect("fewer threads than addresses")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guards_can_be_mapped_sent_and_kept() {
        let lock = std::sync::Arc::new(Mutex::<RawLock, _>::new((1, 2)));
        let guard = Mutex::lock_arc(&lock);
        std::thread::spawn(move || drop(guard)).join().unwrap();
        assert!(lock.try_lock_for(Duration::from_millis(1)).is_some());
        let first = MutexGuard::map(lock.lock(), |pair| &mut pair.0);
        assert!(lock.try_lock_until(Instant::now()).is_none());
        assert_eq!(*first, 1);
    }

    #[test]
    fn a_reentrant_mutex_knows_its_thread() {
        let lock = ReentrantMutex::<RawLock, ThreadKey, _>::new(());
        let _outer = lock.lock();
        let _inner = lock.lock();
        std::thread::scope(|scope| assert!(scope.spawn(|| lock.try_lock().is_none()).join().unwrap()));
    }
}
