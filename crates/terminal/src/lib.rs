//! What the runner and the puzzle game look like in a terminal, and what they hear from it.
//!
//! - [`screen`]: width, colours, symbols, prose; [`table`]: tables, as Markdown too.
//! - [`highlight`]: Rust code in colours; [`diff`]: what differs between two texts.
//! - [`keys`]: single keys; [`signals`]: requests to end.

pub mod diff;
pub mod highlight;
pub mod keys;
pub mod screen;
pub mod signals;
pub mod table;

pub use keys::{Key, Keys};
pub use screen::Screen;
