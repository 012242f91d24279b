//! `std::sync` as it is outside a model, and checked inside one.

pub mod atomic;
mod condvar;
mod mutex;
mod once;

pub use condvar::{Condvar, WaitTimeoutResult};
pub use mutex::{Mutex, MutexGuard};
pub use once::OnceLock;
/// std's own, on purpose: counting references is no step of a search, and searches stay small.
pub use std::sync::{Arc, Weak};
