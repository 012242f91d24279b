//! The evaluator.
//!
//! Read `object` (why there is a GIL), `machine` (the evaluation loop) and `thread` (when a thread takes and drops the
//! GIL).

mod buffer;
mod cells;
pub(crate) mod comparison;
pub(crate) mod container;
pub(crate) mod exception;
pub(crate) mod interpreter;
pub(crate) mod items;
pub(crate) mod machine;
pub(crate) mod native;
pub(crate) mod object;
pub(crate) mod operators;
pub(crate) mod shared;
mod stack;
pub(crate) mod text;
pub(crate) mod thread;
pub(crate) mod threading;

pub use buffer::Buffer;
pub use exception::{ExceptionKind, Uncaught};
pub use interpreter::{Ended, Interpreter};
