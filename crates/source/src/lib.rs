//! What the course reads of its own source files.
//!
//! - [`anchor`]: the lines that the runner, the puzzle game and the book show.
//! - [`doc`]: the documentation at the top of a file, and the code below it.
//! - [`edit`]: named edits: what a wrong answer, a mutation or a mended puzzle changes.

pub mod anchor;
pub mod doc;
pub mod edit;
