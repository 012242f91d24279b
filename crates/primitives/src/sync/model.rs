//! interleave's types: a model checker drives them.

pub(crate) use interleave::futex;
pub(crate) use interleave::hint::spin_loop;
pub(crate) use interleave::sync::Mutex;
pub(crate) use interleave::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
pub(crate) use interleave::sync::{Condvar as SystemCondvar, Mutex as SystemMutex};
pub(crate) use interleave::thread::yield_now;
pub(crate) use interleave::thread_local;

/// No patience: all that spinning could see, the checker tries anyway.
#[derive(Default)]
pub(crate) struct Spin {}

impl Spin {
    pub(crate) fn again(&mut self) -> bool {
        false
    }

    pub(crate) fn briefly(&mut self) -> bool {
        false
    }
}

/// At once: how many turns a thread has had already is nothing that the checker would have to count.
pub(crate) fn turn_is_over() -> bool {
    true
}

/// A number that no other thread has, or has ever had; never 0.
pub(crate) fn thread_key() -> usize {
    // Not the checker's: that they differ is no part of a model.
    static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(1);
    thread_local! { static KEY: usize = NEXT.fetch_add(1, Ordering::Relaxed) }
    KEY.with(|key| *key)
}
