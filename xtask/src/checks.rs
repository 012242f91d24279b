//! `cargo xtask test`, `cargo xtask ci`: calls the maintainers' checks with the same words.

use std::ffi::OsString;

use crate::cargo;
use crate::failure::Result;
use crate::lessons::Course;

pub fn run(course: &Course, words: impl Iterator<Item = OsString>) -> Result<()> {
    cargo::run_program(course, &["build", "-p", "ungil-checks"], "ungil-checks", words)
}
