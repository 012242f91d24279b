//! # Lesson 5: the GIL

mod gil;
pub mod platform;

pub use gil::{Gil, Point};
