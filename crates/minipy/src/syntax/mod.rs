//! The language: from text to a syntax tree.
//!
//! `token` cuts the text into tokens; `parser` and `expression` make the `tree` of the tokens.

mod error;
mod expression;
mod format;
mod parser;
mod token;
pub(crate) mod tree;

pub(crate) use error::Source;
pub use error::{Position, SyntaxError};
pub(crate) use parser::{parse, parse_expression};
