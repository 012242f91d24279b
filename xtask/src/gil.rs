//! `cargo xtask gil program.py --gil old`: calls lesson 5's interpreter, with the same words.

use std::ffi::OsString;
use std::process::Command;

use crate::cargo;
use crate::failure::{Context, Failure, Result};
use crate::lessons::Course;

/// Builds the interpreter with optimisation, as who runs a program looks at the time that it takes, and runs it.
pub fn run(course: &Course, words: impl Iterator<Item = OsString>) -> Result<()> {
    let words_of_cargo =
        ["build", "--release", "-p", "ungil-gil", "--features", "command", "--bin", "ungil-gil"];
    let built = cargo::build(&course.root, &words_of_cargo)?;
    if let Some(error) = built.errors.values().next() {
        return Err(Failure::Failed(format!("the interpreter does not compile:\n{error}")));
    }
    let binary = built.binaries.get("ungil-gil").context(|| "cargo has built no ungil-gil".into())?;
    let status = Command::new(binary).args(words).status().context(|| binary.display().to_string())?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::Said(u8::try_from(code).unwrap_or(1))),
        None => Err(Failure::Failed("the interpreter was killed".into())),
    }
}
