//! What the exercises and their runner agree on.
//!
//! - [`Class`]: what an answer can be: solved, a deadlock, a lost wake-up, …
//! - [`suite!`]: turns the functions of a suite into tests that editors see and `cargo xtask check` runs.
//! - [`run`]: runs one test and writes its [`Record`], the only thing that the runner believes.
//! - [`within`]: a limit for tests on real threads, so that a hang becomes a message.
//! - [`Evidence`]: what a test's function returns: nothing, or what the model checker found.

#[cfg(feature = "interleave")]
mod checker;
mod class;
mod evidence;
#[cfg(unix)]
mod limits;
mod panics;
mod record;
mod run;
mod suite;
mod within;

#[cfg(feature = "interleave")]
pub use checker::style;
pub use class::{Class, NoSuchClass};
pub use evidence::Evidence;
pub use record::{Coverage, Explored, Finding, Record};
pub use run::{ANSWER, NONCE, RECORD, Test, run, run_often, tell};
pub use within::{Hang, within};
