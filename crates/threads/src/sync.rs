//! The only door to `std::sync`, `std::thread`, clocks, atomics and what is global.
//!
//! Without the feature `model` it leads to std, with it to `interleave`, whose types a model checker drives. And no
//! poisoning: `lock()` returns the guard, since a panic in one thread must not take the registry of all threads with
//! it.

#[cfg(feature = "model")]
mod model;
#[cfg(not(feature = "model"))]
mod real;

#[cfg(feature = "model")]
pub(crate) use model::*;
#[cfg(not(feature = "model"))]
pub(crate) use real::*;

/// Hands out numbers. They only have to differ, so it is no part of a model.
pub(crate) struct Counter(std::sync::atomic::AtomicU64);

impl Counter {
    pub(crate) const fn from(first: u64) -> Self {
        Counter(std::sync::atomic::AtomicU64::new(first))
    }

    pub(crate) fn next(&self) -> u64 {
        // Relaxed: each gets another number, that is all. 64 bits do not run out.
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }
}
