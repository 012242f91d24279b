//! Step 1: the lecture's `lock_t`: a flag, a condition variable, and a mutex that protects only the flag.
//!
//! CPython's locks were made like this in 2015 where the system had no POSIX semaphores, and on Linux they
//! behaved the same. The mutex is held for the moment in which a thread looks at the flag or changes it,
//! never while the lock is held. So "held" is only a `true`, and no field says which thread has set it: any
//! thread may release the lock.
//!
//! What it lacks: an uncontended `acquire` and `release` lock and unlock a mutex each and notify a condition
//! variable, where one atomic operation each would do; waiters get the lock in no particular order; and it needs a
//! mutex and a condition variable from elsewhere. The next steps do without them.

use std::fmt;

use crate::NotLocked;
use ungil_sync::{Condvar, Mutex, const_fn};

/// A lock without an owner, as on the slide.
///
/// ```
/// use ungil_primitives::NotLocked;
/// use ungil_primitives::steps::LockT;
///
/// static DONE: LockT = LockT::new();
///
/// DONE.acquire();
/// std::thread::scope(|scope| {
///     scope.spawn(|| DONE.release()); // it never acquired it
///     DONE.acquire();
/// });
/// assert_eq!(DONE.release(), Ok(()));
/// assert_eq!(DONE.release(), Err(NotLocked));
/// ```
// ANCHOR: lock_t
pub struct LockT {
    /// The mutex guards the flag.
    locked: Mutex<bool>,
    /// Waited for with the mutex of `locked`.
    lock_released: Condvar,
}

impl LockT {
    /// Blocks until the lock is free, and takes it. The holder itself would wait until another thread releases it.
    pub fn acquire(&self) {
        let mut locked = self.locked.lock();
        while *locked {
            locked = self.lock_released.wait_until(locked, None);
        }
        *locked = true;
    }

    /// Releases the lock. Any thread may do so.
    ///
    /// # Errors
    ///
    /// [`NotLocked`] if no thread holds it.
    pub fn release(&self) -> Result<(), NotLocked> {
        let mut locked = self.locked.lock();
        if !*locked {
            return Err(NotLocked);
        }
        *locked = false;
        self.lock_released.notify_one();
        Ok(())
    }
}
// ANCHOR_END: lock_t

impl LockT {
    const_fn! {
        /// A free lock.
        pub fn new() -> Self {
            LockT { locked: Mutex::new(false), lock_released: Condvar::new() }
        }
    }

    /// Acquires the lock if it is free. Never blocks.
    pub fn try_acquire(&self) -> bool {
        // Waiting for the mutex does not count: its holder only looks at the flag.
        !std::mem::replace(&mut *self.locked.lock(), true)
    }
}

impl Default for LockT {
    fn default() -> Self {
        LockT::new()
    }
}

impl fmt::Debug for LockT {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockT").field("locked", &*self.locked.lock()).finish()
    }
}
