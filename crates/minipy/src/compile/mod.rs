//! The tree becomes instructions: what `dis` lists.

mod expression;
pub(crate) mod instruction;
pub(crate) mod program;
pub(crate) mod statement;
