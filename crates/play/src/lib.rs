//! The puzzles of `cargo xtask play`: real course code whose threads the learner schedules himself.
//!
//! - `puzzles`: all puzzles of the course, and what the header of a puzzle's file says.
//! - `replay`: where an execution stands after some choices, and the search of all executions. Nothing is kept
//!   between two replays: to undo a choice is to replay without it.
//! - `tree`: all schedules of a puzzle, and the shortest way to its goal.
//! - `json`: all of that for `cargo xtask play`, which does not link the engines.

pub mod json;
pub mod puzzles;
pub mod replay;
pub mod tree;
