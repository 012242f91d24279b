//! The one door to locks, atomics, threads, clocks and globals: std's types, or the model checker's.
//!
//! A crate that takes these types from here runs on std and the kernel's futex, at no cost. With
//! `RUSTFLAGS="--cfg ungil_model"` the same names are `interleave`'s types, which the checker drives over all executions;
//! outside of a model they are real. The checker is not compiled without the cfg.
//!
//! Locks do not poison: `lock()` returns the guard also after a panic in another critical section.
//!
//! ```
//! use ungil_sync::{Arc, Mutex, thread};
//!
//! let total = Arc::new(Mutex::new(0));
//! let other = thread::spawn({
//!     let total = Arc::clone(&total);
//!     move || *total.lock() += 1
//! });
//! other.join().unwrap();
//! assert_eq!(*total.lock(), 1);
//! ```
#![forbid(unsafe_code)]

#[cfg(ungil_model)]
mod model;
#[cfg(not(ungil_model))]
mod real;

#[cfg(ungil_model)]
pub use model::*;
#[cfg(not(ungil_model))]
pub use real::*;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Hands out numbers, each once. It is std's in a model, too: the numbers only have to differ.
#[derive(Debug)]
pub struct Counter(AtomicU64);

impl Counter {
    /// A counter whose first number is `first`.
    pub const fn from(first: u64) -> Self {
        Counter(AtomicU64::new(first))
    }

    /// The next number. 64 bits do not run out.
    pub fn next(&self) -> u64 {
        // Relaxed: the numbers only have to differ.
        self.0.fetch_add(1, Relaxed)
    }
}
