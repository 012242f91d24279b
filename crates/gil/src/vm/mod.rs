//! The interpreter: what a program is compiled to, and what executes it.
//!
//! Read `instruction` and `compile` first, then `object` (why there is a GIL), `machine` (the evaluation loop) and
//! `thread` (when it takes and releases the GIL).

mod cells;
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
mod shared;
mod text;
mod thread;
mod threading;

pub use compile::Program;
pub use exception::{Kind, Uncaught};
pub use interpreter::{Ended, Interpreter};
