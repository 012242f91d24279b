//! # Lesson 5: the GIL

mod chart;
mod event;
pub mod explore;
mod gil;
mod lang;
mod new;
mod no_gil;
mod old;
pub mod platform;
mod vm;

pub use chart::chart;
pub use event::{Event, What};
pub use gil::{Gil, Point, allow_threads};
pub use lang::{Position, SyntaxError};
pub use new::{NewGil, NewThread};
pub use no_gil::NoGil;
pub use old::OldGil;
pub use platform::Platform;
pub use vm::{Buffer, Ended, Interpreter, Kind, Program, Uncaught};
