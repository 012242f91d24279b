//! # Lesson 2: primitives
//!
//! Python's `Lock`, `RLock`, `Semaphore`, `Condition`, `Event` and `Barrier` for Rust: guards first, every blocking
//! call with a time-out or a stop token, no waiter starves, and a blocked thread costs no CPU.
//!
//! ```
//! use ungil_primitives::{Condition, Lock};
//!
//! static PLATES: Lock<u32> = Lock::new(0);
//! static MORE: Condition = Condition::new();
//!
//! std::thread::scope(|scope| {
//!     scope.spawn(|| {
//!         let mut plates = PLATES.lock();
//!         *plates += 1;
//!         MORE.notify_one(&plates);
//!     });
//!     let mut plates = PLATES.lock();
//!     MORE.wait_while(&mut plates, |plates| **plates == 0);
//!     *plates -= 1;
//! });
//! assert_eq!(*PLATES.lock(), 0);
//! ```
//!
//! Read the files in this order. First one lock, in four steps:
//!
//! 1. `steps/s1_lock_t`: [`LockT`](steps::LockT), the lecture's lock out of a flag, a mutex and a condition variable.
//! 2. `steps/s2_spin`: [`SpinLock`](steps::SpinLock), one atomic flag and no way to sleep.
//! 3. `steps/s3_futex`: [`FutexLock`](steps::FutexLock), one integer that threads can sleep on.
//! 4. `s4_raw_lock`: [`RawLock`], the lock that ships; `fair_queue`: which waiter is woken, and when the lock is reserved
//!    for it; `parking_lot`: the queues in which waiters sleep; `backoff`: how long they spin before.
//!
//! Then what is made of it:
//!
//! 5. `lock`: [`Lock`], a value and its lock in one; `shared_counter`: [`SharedCounter`] from the slide.
//! 6. `rlock`: [`RLock`], a lock with an owner, which may lock it again.
//! 7. `condition`: [`Condition`], where threads wait until what a lock protects has changed.
//! 8. `semaphore`, `event`, `barrier`: [`Semaphore`] and [`BoundedSemaphore`], [`Event`], [`Barrier`].
//! 9. [`steps::follow`]: the lecture's riddle, twice wrong and right.
//! 10. `lock_order`: finds deadlocks before they happen, in debug builds with the feature `lock-order`.
//!
//! `ungil_sync` is the only door to atomics, futexes and globals.

mod backoff;
mod barrier;
mod condition;
mod event;
mod fair_queue;
mod lock;
#[cfg(all(feature = "lock_api", not(ungil_model)))]
pub mod lock_api;
#[cfg(feature = "lock-order")]
pub mod lock_order;
#[cfg(not(feature = "lock-order"))]
#[path = "lock_order/off.rs"]
mod lock_order;
mod parking_lot;
mod rlock;
mod s4_raw_lock;
mod semaphore;
mod shared_counter;
#[cfg(feature = "spec")]
pub mod spec;
pub mod steps;

pub use barrier::{Barrier, BarrierError, Turn};
pub use condition::{Condition, Guard};
pub use event::Event;
pub use lock::{Lock, LockGuard};
pub use rlock::{NotOwner, RLock, RLockGuard, RawRLock};
pub use s4_raw_lock::{NotLocked, RawLock};
pub use semaphore::{BoundedSemaphore, Permit, Semaphore, TooManyPermits};
pub use shared_counter::SharedCounter;
pub use ungil_threads::{Interrupted, Limit};
