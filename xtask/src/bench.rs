//! `cargo xtask bench 1`: calls the package with the benches and the peers.

use crate::cargo;
use crate::failure::{Context, Failure, Result};
use crate::lessons::{Course, Lesson};

/// Runs the lesson's benches in release mode, with their output as it comes.
pub fn run(course: &Course, lesson: &Lesson, json: Option<&str>) -> Result<()> {
    let manifest = course.root.join("crates/bench/Cargo.toml");
    let mut command =
        cargo::command(&course.root, &["run", "-q", "--release", "--locked", "--manifest-path"]);
    command.arg(manifest).arg("--").arg(&lesson.name);
    if let Some(path) = json {
        // From here: cargo runs in the root.
        let here = std::env::current_dir().context(|| "this folder".into())?;
        command.arg("--json").arg(here.join(path));
    }
    match command.status().context(|| "cargo cannot be started".into())?.code() {
        Some(0) => Ok(()),
        Some(2) => Err(Failure::Misuse(format!("lesson {} has no bench", lesson.number))),
        _ => Err(Failure::Failed("the bench did not run to its end".into())),
    }
}
