//! `cargo xtask test`: everything that must hold. One check a file.

mod conformance;
mod exercises;
mod models;
mod mutations;
mod outputs;
mod pictures;
mod refused;
mod tree;

use std::process::Command;
use std::time::Instant;

use crate::failure::{Context, Failure, Result};
use crate::lessons::Course;
use crate::screen::{BOLD, DIM, GOOD, Screen};
use crate::{bench, book, cargo, compare};

/// The workspace's tests and the recorded outputs; unless `quick`, everything else too.
pub fn run(course: &Course, quick: bool, screen: &mut Screen) -> Result<()> {
    let begun = Instant::now();
    step(screen, "tests of the workspace", |_| {
        call(cargo::command(&course.root, &["test", "--workspace", "--profile", "course"]))
    })?;
    step(screen, "recorded outputs", |_| outputs::check(course))?;
    if !quick {
        step(screen, "what must not compile", |_| refused::check(course))?;
        step(screen, "tables beside CPython", |_| compare::check(course))?;
        step(screen, "recorded benches", |_| bench::check(course))?;
        step(screen, "conformance tables", |_| conformance::check(course))?;
        step(screen, "models", |_| models::check(course))?;
        step(screen, "exercises", |screen| exercises::check(course, screen))?;
        step(screen, "mutations", |screen| mutations::check(course, screen))?;
        step(screen, "the book's builder", |_| {
            call(cargo::command(&course.root, &["test", "-q", "--manifest-path", "book/builder/Cargo.toml"]))
        })?;
        step(screen, "the book", |_| book::check(course))?;
    }
    let seconds = begun.elapsed().as_secs_f32();
    screen.line(format_args!("{GOOD}Everything holds.{GOOD:#} {DIM}{seconds:.0} s{DIM:#}"))?;
    Ok(())
}

/// Records anew what the examples print and what the compiler says, and writes the targets of all variants.
pub fn bless(course: &Course, only_exercises: bool, screen: &mut Screen) -> Result<()> {
    let mut changed = exercises::bless(course)?;
    if !only_exercises {
        changed.extend(outputs::bless(course)?);
        changed.extend(refused::bless(course)?);
    }
    for file in changed {
        screen.line(format_args!("recorded {}", file.display()))?;
    }
    Ok(())
}

/// The step that authors of exercises need again and again.
pub fn exercises(course: &Course, screen: &mut Screen) -> Result<()> {
    step(screen, "exercises", |screen| exercises::check(course, screen))
}

/// What a commit has to pass: format, lints and documentation of all packages without a warning, and `run`.
pub fn ci(course: &Course, screen: &mut Screen) -> Result<()> {
    for manifest in ["Cargo.toml", "crates/bench/Cargo.toml", "book/builder/Cargo.toml"] {
        step(screen, &format!("format of {manifest}"), |_| {
            call(cargo::command(&course.root, &["fmt", "--all", "--check", "--manifest-path", manifest]))
        })?;
        step(screen, &format!("lints of {manifest}"), |_| {
            let words = [
                "clippy",
                "-q",
                "--all-targets",
                "--locked",
                "--manifest-path",
                manifest,
                "--",
                "-D",
                "warnings",
            ];
            call(cargo::command(&course.root, &words))
        })?;
    }
    step(screen, "documentation", |_| {
        let mut doc = cargo::command(&course.root, &["doc", "-q", "--workspace", "--no-deps", "--locked"]);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        call(doc)
    })?;
    run(course, false, screen)
}

fn step(screen: &mut Screen, what: &str, f: impl FnOnce(&mut Screen) -> Result<()>) -> Result<()> {
    let begun = Instant::now();
    screen.line(format_args!("{DIM}{}{DIM:#} {BOLD}{what}{BOLD:#}", screen.symbol("▶", ">")))?;
    f(screen).map_err(|failure| match failure {
        Failure::Failed(line) => Failure::Failed(format!("{what}: {line}")),
        other => other,
    })?;
    let (tick, seconds) = (screen.symbol("✓", "ok:"), begun.elapsed().as_secs_f32());
    screen.line(format_args!("{GOOD}{tick}{GOOD:#} {what} {DIM}{seconds:.1} s{DIM:#}"))?;
    Ok(())
}

fn call(mut command: Command) -> Result<()> {
    let status = command.status().context(|| "cargo cannot be started".into())?;
    if status.success() { Ok(()) } else { Err(Failure::Failed("see above".into())) }
}

/// `failures` as one failure, printed line by line before; fine if there are none.
fn all_or(failures: &[String], what: &str) -> Result<()> {
    if failures.is_empty() {
        return Ok(());
    }
    for failure in failures {
        anstream::eprintln!("{failure}");
    }
    Err(Failure::Failed(format!("{} {what}", failures.len())))
}
