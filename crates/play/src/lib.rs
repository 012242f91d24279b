//! The puzzles of `cargo xtask play`: real course code whose threads the learner schedules.
//!
//! - `puzzles`: all puzzles of the course, and what the header of a puzzle's file says.
//! - `replay`: where an execution stands after some choices, and the search of all executions. Nothing is kept
//!   between two replays: to undo a choice is to replay without it.
//! - `tree`: all schedules of a puzzle, and the shortest way to its goal.
//! - `json`: all schedules for tools, `cargo xtask play --tree`.
//!
//! The program beside it is the game: `game` has keys, choices and undo, `draw` what it looks like.

pub mod json;
pub mod puzzles;
pub mod replay;
pub mod tree;
