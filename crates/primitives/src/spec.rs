//! The same types once more, as simple as they can be: what the others promise, for the model checker.
//!
//! Their names and signatures are those of the crate's root, and they pass the same tests. They stand on
//! [`interleave::sync`]: outside of a model they are real, inside one an operation is a step or two of the
//! checker; a [`Lock`] with its [`Condition`] is searched in exactly as many executions as the checker's own.
//! So a model of what uses locks checks that use, not the locks once more, and a failing one is drawn with
//! the lines that used them. The crate's own types have models of their own.
//!
//! ```
//! use interleave::sync::Arc;
//! use interleave::{Model, thread};
//! use ungil_primitives::spec::{Condition, Lock};
//!
//! let proof = Model::new().prove(|| {
//!     let shared = Arc::new((Lock::new(0), Condition::new()));
//!     let other = thread::spawn({
//!         let shared = Arc::clone(&shared);
//!         move || {
//!             let mut plates = shared.0.lock();
//!             *plates += 1;
//!             shared.1.notify_one(&plates);
//!         }
//!     });
//!     let mut plates = shared.0.lock();
//!     shared.1.wait_while(&mut plates, |plates| **plates == 0);
//!     drop(plates);
//!     other.join().unwrap();
//! });
//! println!("{proof}");
//! ```
//!
//! What differs, besides speed and size:
//!
//! - No `new` is `const`.
//! - Nobody is handed anything over, however long it has waited: to be overtaken, which the crate's types end
//!   after four wake-ups in vain, may go on for ever here. Those who wait for a [`Lock`] get it in any order;
//!   all other queues are first come, first served.
//! - Inside a model a time-out may come at any step, as with all of interleave's types. Prefer `x_timeout`
//!   there: without `--cfg ungil_model`, a [`Limit`] counts from the real clock, so one that is shorter than a
//!   second may be over before the model begins to wait.

mod barrier;
mod condition;
mod event;
mod lock;
mod raw_lock;
mod rlock;
mod semaphore;
mod signal;

pub use barrier::Barrier;
pub use condition::{Condition, Guard};
pub use event::Event;
pub use lock::{Lock, LockGuard};
pub use raw_lock::RawLock;
pub use rlock::{RLock, RLockGuard, RawRLock};
pub use semaphore::{BoundedSemaphore, Permit, Semaphore};

pub use crate::{BarrierError, Interrupted, Limit, NotLocked, NotOwner, TooManyPermits, Turn};
