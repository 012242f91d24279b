//! What the checker under the facade can do, in its fewest operations.
//!
//! Everything that blocks is built of three things: a [`Point`] or [`Relay`], where the checker may let another
//! thread go on and which orders two operations on the same object; a [`Lock`]; and `park`/`unpark`, which is
//! here only called for a thread that is certainly parked. (loom's own `unpark` loses its permit when the target
//! waits for a mutex, and its `Condvar` mistakes such a permit for a notification.)
//!
//! With the feature `shuttle` there are two engines, and the model decides to which engine an object belongs.

mod with_loom;

#[cfg(not(feature = "shuttle"))]
pub(crate) use with_loom::*;

#[cfg(not(feature = "shuttle"))]
pub(crate) mod atomic {
    pub(crate) use loom::sync::atomic::{
        AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16,
        AtomicU32, AtomicU64, AtomicUsize,
    };
}

#[cfg(feature = "shuttle")]
mod either;
#[cfg(feature = "shuttle")]
mod with_shuttle;
#[cfg(feature = "shuttle")]
pub(crate) use either::*;
#[cfg(feature = "shuttle")]
pub(crate) use with_shuttle::{keep_its_hook_out, play, search_at_random};

/// How many threads a loom execution has in all.
pub(crate) const MAX_THREADS: usize = loom::MAX_THREADS;
