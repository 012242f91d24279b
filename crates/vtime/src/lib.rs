//! Locks, conditions, threads and time as a trait, [`Platform`], so that the same code runs on real threads, in virtual
//! time, and under the model checker.
//!
//! ```
//! use std::time::Duration;
//!
//! use ungil_vtime::{Computer, Platform, Virtual};
//!
//! // Two threads that sleep for an hour each, on a simulated computer: an hour of virtual time passes.
//! let took = Virtual::run(Computer::ideal(1), |platform: &Virtual| {
//!     let sleeps = platform.clone();
//!     let other = platform.spawn("other", move || sleeps.sleep(Duration::from_secs(3600)));
//!     platform.sleep(Duration::from_secs(3600));
//!     platform.join(other);
//!     platform.now()
//! })?;
//! assert_eq!(took.as_secs(), 3600);
//! # Ok::<(), ungil_vtime::Failure>(())
//! ```
//!
//! Read the files in this order:
//!
//! 1. `platform`: the traits [`Platform`] and [`Flag`].
//! 2. `real`: [`Real`], the threads of the operating system.
//! 3. `virtual_time`: [`Virtual`], simulated threads, cores and a clock. Each run is the same, even if threads race.
//! 4. `checked`, with the feature `spec`: `Checked`, the model checker's threads.

#[cfg(feature = "spec")]
mod checked;
mod platform;
mod real;
mod virtual_time;

#[cfg(feature = "spec")]
pub use checked::{Checked, CheckedGuard};
pub use platform::{Flag, Platform};
pub use real::Real;
pub use virtual_time::{
    Channel, Computer, Failure, Virtual, VirtualCondition, VirtualGuard, VirtualMutex, VirtualThread, Wait,
};
