//! # Lesson 5: the GIL

mod gil;
mod lang;
pub mod platform;
mod vm;

pub use gil::{Gil, Point};
pub use lang::{Position, SyntaxError};
pub use vm::{Ended, Interpreter, Kind, Program, Uncaught};
