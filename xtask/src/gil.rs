//! `cargo xtask gil program.py --gil old`: calls lesson 5's interpreter with the same words.

use std::ffi::OsString;

use crate::cargo;
use crate::failure::Result;
use crate::lessons::Course;

/// Builds the interpreter with optimisation, because its users look at the time that a program takes, and runs it.
pub fn run(course: &Course, words: impl Iterator<Item = OsString>) -> Result<()> {
    let build = ["build", "--release", "-p", "ungil-gil", "--features", "command", "--bin", "ungil-gil"];
    cargo::run_program(course, &build, "ungil-gil", words)
}
