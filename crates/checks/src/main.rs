//! `cargo xtask test` and `cargo xtask ci`: everything that must hold. One check a file.
//!
//! For maintainers: learners never build it.

mod checkout;
mod conformance;
mod exercises;
#[cfg(target_os = "linux")]
mod hostile;
mod lesson_layout;
mod models;
mod mutations;
mod outputs;
mod paths;
mod phrases;
mod pictures;
#[cfg(target_os = "linux")]
mod process_leaks;
mod puzzles;
mod refused;
mod screenshot;
#[cfg(target_os = "linux")]
mod signals;
mod snapshot;
mod updates;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use snapshot::Snapshot;
use terminal::screen::{BOLD, DIM, GOOD, Screen};
use xtask::failure::{Context, Failure, Result};
use xtask::lessons::Course;
use xtask::{bench, book, cargo, cli, compare};

type Check = fn(&Course, &mut Screen) -> Result<()>;

struct Step {
    name: &'static str,
    action: Action,
}

enum Action {
    /// Fine or not.
    Check(Check),
    /// Compared with what was recorded, or recorded anew.
    Snapshots(fn(&Course) -> Result<Vec<Snapshot>>),
    /// A check that also compares with recordings; the second records them anew and gives the files that have changed.
    Both(Check, fn(&Course) -> Result<Vec<PathBuf>>),
}

const fn step(name: &'static str, check: Check) -> Step {
    Step { name, action: Action::Check(check) }
}

const fn snapshots(name: &'static str, all: fn(&Course) -> Result<Vec<Snapshot>>) -> Step {
    Step { name, action: Action::Snapshots(all) }
}

impl Step {
    fn check(&self, course: &Course, screen: &mut Screen) -> Result<()> {
        match self.action {
            Action::Check(check) | Action::Both(check, _) => check(course, screen),
            Action::Snapshots(all) => snapshot::check(&course.root, &all(course)?),
        }
    }

    fn bless(&self, course: &Course) -> Result<Vec<PathBuf>> {
        match self.action {
            Action::Check(_) => Ok(Vec::new()),
            Action::Snapshots(all) => snapshot::bless(all(course)?),
            Action::Both(_, bless) => bless(course),
        }
    }
}

const STEPS: &[Step] = &[
    step("tests of the workspace", |course, _| {
        // With what is additive and off by default.
        let features = ["--features", "ungil-primitives/lock_api,ungil-gil/command"];
        let words = ["test", "--workspace", "--profile", "course"];
        call(cargo::command(&course.root, &[&words[..], &features].concat()))
    }),
    snapshots("recorded outputs", outputs::snapshots),
    snapshots("recorded games", puzzles::snapshots),
    snapshots("what must not compile", refused::snapshots),
    step("lesson-layout", |course, _| lesson_layout::check(course)),
    step("tables beside CPython", |course, _| compare::check(course)),
    snapshots("recorded benches", |course| {
        let tables = bench::tables(course)?.into_iter();
        Ok(tables.map(|(path, table)| Snapshot::exact(path, table)).collect())
    }),
    step("phrases", |course, _| phrases::check(course)),
    step("paths of ARCHITECTURE.md", |course, _| paths::check(course)),
    step("conformance tables", |course, _| conformance::check(course)),
    step("models", |course, _| models::check(course)),
    Step { name: "exercises", action: Action::Both(exercises::check, exercises::bless) },
    #[cfg(target_os = "linux")]
    step("hostile answers", hostile::check),
    #[cfg(target_os = "linux")]
    step("signals", |course, _| signals::check(course)),
    step("updates by git", |course, _| updates::check(course)),
    snapshots("the README's picture", screenshot::snapshots),
    step("mutations", mutations::check),
    step("the book's builder", |course, _| {
        call(cargo::command(&course.root, &["test", "-q", "--manifest-path", "book/builder/Cargo.toml"]))
    }),
    step("the book", |course, _| book::check(course)),
];

/// The first of them are done in a minute.
const QUICK: usize = 3;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    xtask::exit(run_words(&words))
}

fn run_words(words: &[OsString]) -> Result<()> {
    let command = clap::Command::new("cargo xtask")
        .bin_name("cargo xtask")
        .subcommand_required(true)
        .subcommand(cli::test_command())
        .subcommand(cli::ci_command());
    let Some(matches) = cli::parse(command, words)? else { return Ok(()) };
    let course = Course::read()?;
    let mut screen = Screen::stdout();
    match matches.subcommand() {
        Some(("test", args)) => {
            let step = args.get_one::<String>("step").map(String::as_str);
            if args.get_flag("bless") {
                bless(&course, step, &mut screen)
            } else {
                run(&course, args.get_flag("quick"), step, &mut screen)
            }
        }
        _ => ci(&course, &mut screen),
    }
}

/// The program `cargo xtask`, which cargo builds into the same folder.
fn runner() -> Result<PathBuf> {
    let name = format!("xtask{}", std::env::consts::EXE_SUFFIX);
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// All steps, the quick ones, or those whose names have `word` in them.
fn run(course: &Course, quick: bool, word: Option<&str>, screen: &mut Screen) -> Result<()> {
    let begun = Instant::now();
    let steps = if quick { STEPS.get(..QUICK).unwrap_or(STEPS) } else { STEPS };
    for step in choose(steps, word)? {
        run_step(screen, step.name, |screen| step.check(course, screen))?;
    }
    let seconds = begun.elapsed().as_secs_f32();
    screen.line(format_args!("{GOOD}Everything holds.{GOOD:#} {DIM}{seconds:.0} s{DIM:#}"))?;
    Ok(())
}

/// Records anew the output of the examples, the course of the puzzles, the compiler's words and the counterexamples that
/// the book shows.
fn bless(course: &Course, word: Option<&str>, screen: &mut Screen) -> Result<()> {
    for step in choose(STEPS, word)? {
        for file in step.bless(course)? {
            screen.line(format_args!("recorded {}", file.display()))?;
        }
    }
    Ok(())
}

fn choose<'a>(steps: &'a [Step], word: Option<&str>) -> Result<Vec<&'a Step>> {
    let chosen: Vec<&Step> = steps.iter().filter(|step| step.name.contains(word.unwrap_or(""))).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
        let word = word.unwrap_or_default().escape_debug();
        return Err(Failure::Misuse(format!("no step '{word}'; there are: {}", names.join(", "))));
    }
    Ok(chosen)
}

/// What a commit has to pass: format, lints and documentation of all packages without a warning, and `run`.
fn ci(course: &Course, screen: &mut Screen) -> Result<()> {
    for manifest in ["Cargo.toml", "crates/bench/Cargo.toml", "book/builder/Cargo.toml"] {
        run_step(screen, &format!("format of {manifest}"), |_| {
            call(cargo::command(&course.root, &["fmt", "--all", "--check", "--manifest-path", manifest]))
        })?;
        run_step(screen, &format!("lints of {manifest}"), |_| {
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
    run_step(screen, "format of the files that build scripts find", |_| {
        let mut rustfmt = Command::new("rustfmt");
        rustfmt.current_dir(&course.root).args(["--check", "--edition", "2024"]);
        for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
            rustfmt.arg(lesson.dir().join("bench/bench.rs"));
            rustfmt.args(lesson.puzzles.iter().map(|name| lesson.dir().join(format!("puzzles/{name}.rs"))));
        }
        call(rustfmt)
    })?;
    run_step(screen, "documentation", |_| {
        let mut doc = cargo::command(&course.root, &["doc", "-q", "--workspace", "--no-deps", "--locked"]);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        call(doc)
    })?;
    run(course, false, None, screen)
}

fn run_step(screen: &mut Screen, what: &str, f: impl FnOnce(&mut Screen) -> Result<()>) -> Result<()> {
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
    let name = command.get_program().to_owned();
    let status = command.status().context(|| format!("{} cannot be started", name.display()))?;
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
