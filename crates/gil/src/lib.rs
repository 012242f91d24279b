//! # Lesson 5: the GIL

mod chart;
mod event;
mod gil;
mod new;
mod no_gil;
mod old;
pub mod platform;

pub use chart::chart;
pub use event::{Event, What};
pub use gil::{Gil, Point, allow_threads};
pub use new::{NewGil, NewThread};
pub use no_gil::NoGil;
pub use old::OldGil;
pub use platform::Platform;
