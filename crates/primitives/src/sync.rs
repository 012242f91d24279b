//! The only door to atomics, futexes, clocks, thread identity and what is global.
//!
//! Without the feature `model` it leads to std and the kernel, with it to `interleave`, whose types a model checker
//! drives.

#[cfg(feature = "model")]
mod model;
#[cfg(not(feature = "model"))]
mod real;

#[cfg(feature = "model")]
pub(crate) use model::*;
#[cfg(not(feature = "model"))]
pub(crate) use real::*;

/// A `const fn`, but in a model, whose objects are made while it runs.
macro_rules! const_fn {
    ($(#[$attribute:meta])* $visible:vis fn $($rest:tt)*) => {
        #[cfg(not(feature = "model"))]
        $(#[$attribute])* $visible const fn $($rest)*
        #[cfg(feature = "model")]
        $(#[$attribute])* $visible fn $($rest)*
    };
}
pub(crate) use const_fn;
