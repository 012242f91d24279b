//! The interpreter: what a program is compiled to, and what executes it.
//!
//! Read `program`, `instruction` and `compile` first, then `object` (why there is a GIL), `machine` (the evaluation loop) and
//! `thread` (when it takes and releases the GIL).

mod buffer;
mod cells;
mod comparison;
mod compile;
mod compile_expression;
mod container;
mod exception;
mod instruction;
mod interpreter;
mod items;
mod library;
mod machine;
mod native;
mod object;
mod operators;
mod program;
mod shared;
mod stack;
mod text;
mod thread;
mod threading;

pub use buffer::Buffer;
pub use exception::{Kind, Uncaught};
pub use interpreter::{Ended, Interpreter};
pub use program::Program;

/// What `explore` drives by hand.
pub(crate) mod parts {
    pub(crate) use super::compile::Scope;
    pub(crate) use super::container::Iteration;
    pub(crate) use super::machine::{Machine, Pause};
    pub(crate) use super::native::{Block, Context};
    pub(crate) use super::object::{Payload, Value};
    pub(crate) use super::program::parse_in;
    pub(crate) use super::shared::Shared;
    pub(crate) use super::text::repr;
    pub(crate) use super::threading::Record;
}
