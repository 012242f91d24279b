//! `mutations.toml` of a package: each row breaks the code in one place, and the tests that it names must then
//! fail.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::iter::from_fn;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::all_or;
use crate::checkout::Checkout;
use source::edit::{self, Edit};
use terminal::screen::{DIM, Screen};
use xtask::cargo::Built;
use xtask::failure::{Context, Result};
use xtask::lessons::{Course, read_toml};
use xtask::process::{self, Exit};

/// A mutation may make its test hang: that is a failure too, and need not be waited for any longer. Without it a test
/// takes a fraction of a second,
pub const LIMIT: Duration = Duration::from_secs(8);

/// and the search of a model some seconds.
const LIMIT_OF_MODELS: Duration = Duration::from_secs(30);

/// A package with a `mutations.toml`: a lesson, a support crate or the runner.
pub struct Package {
    /// From the root.
    pub dir: PathBuf,
    pub name: String,
}

pub struct Mutation {
    /// From the package's folder.
    file: String,
    edits: Vec<Edit>,
    /// The tests that must fail: the target and the function, `join::join_twice`; of tests in `src`, `lib` or `bin` and
    /// the path, `lib::name::tests::of_two`.
    pub kills: Vec<String>,
}

/// The packages that have a file, in the order of their folders.
pub fn packages_with(course: &Course, file: &str) -> Result<Vec<Package>> {
    let crates = fs::read_dir(course.root.join("crates")).context(|| "crates".into())?;
    let mut dirs = vec![PathBuf::from("xtask")];
    for entry in crates {
        dirs.push(Path::new("crates").join(entry?.file_name()));
    }
    dirs.retain(|dir| course.root.join(dir).join(file).exists());
    dirs.sort();
    dirs.into_iter().map(|dir| Package::at(course, dir)).collect()
}

impl Package {
    fn at(course: &Course, dir: PathBuf) -> Result<Package> {
        let manifest = course.root.join(&dir).join("Cargo.toml");
        let table = read_toml(&manifest)?;
        let name =
            table.get("package").and_then(|package| package.get("name")).and_then(|name| name.as_str());
        let name = name.context(|| format!("{}: no package.name", manifest.display()))?.to_owned();
        Ok(Package { dir, name })
    }
}

/// Where a package's rows are, from its folder.
const ROWS: &str = "mutations.toml";

/// The rows of the package in a folder, from the root.
pub fn read(course: &Course, dir: &Path) -> Result<Vec<Mutation>> {
    let path = course.root.join(dir).join(ROWS);
    let table = read_toml(&path)?;
    let rows = table.get("mutation").and_then(|rows| rows.as_array()).into_iter().flatten();
    let row = |(index, row): (usize, &toml::Value)| {
        let row = row.as_table().ok_or("it is no table".to_owned()).and_then(Mutation::read);
        row.context(|| format!("{}: row {}", path.display(), index + 1))
    };
    rows.enumerate().map(row).collect()
}

/// The most copies of the course, each with a build of its own: most of a row's time is one crate's compiler.
const WORKERS: usize = 4;

/// All rows take longer than a commit should have to wait for. On CI each commit applies an eighth of them, which one by
/// its id: a shallow clone does not know how many commits there were.
const CI_PARTS: usize = 8;

/// A number out of the commit's id.
fn lot(course: &Course) -> usize {
    let words = ["rev-parse", "--short=7", "HEAD"];
    let output = Command::new("git").current_dir(&course.root).args(words).output().ok();
    let id = output.and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    usize::from_str_radix(id.trim(), 16).unwrap_or(0)
}

/// Applies every mutation of every package: as many at a time as there are CPUs.
pub fn check(course: &Course, screen: &mut Screen) -> Result<()> {
    let packages = packages_with(course, ROWS)?.into_iter().map(|package| {
        let rows = read(course, &package.dir)?;
        Ok((package, rows))
    });
    let packages: Vec<_> = packages.collect::<Result<_>>()?;
    let rows = packages.iter().flat_map(|(package, rows)| rows.iter().map(move |row| (package, row)));
    // However few are applied, all must have their place.
    all_or(&misplaced(course, rows.clone())?, "findings")?;
    let (parts, part) = if env::var_os("CI").is_some() { (CI_PARTS, lot(course)) } else { (1, 0) };
    if parts > 1 {
        screen.line(format_args!("  {DIM}one row of {parts}: all without CI in the environment{DIM:#}"))?;
    }
    let rows = rows.enumerate().filter(move |(index, _)| index % parts == part % parts).map(|(_, row)| row);
    let rows = Mutex::new(rows);
    // By itself, so that no worker holds the lock while it applies a row.
    let next = || rows.lock().unwrap_or_else(PoisonError::into_inner).next();
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(WORKERS);
    let findings = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers)
            .map(|worker| scope.spawn(move || apply_all(course, worker, from_fn(next))))
            .collect();
        let results =
            workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        results.collect::<Result<Vec<_>>>()
    })?;
    for (package, mutations) in &packages {
        screen.line(format_args!("  {DIM}{}: {} mutations{DIM:#}", package.name, mutations.len()))?;
    }
    all_or(&findings.concat(), "findings")
}

impl Mutation {
    fn read(row: &toml::Table) -> std::result::Result<Mutation, String> {
        let file = row.get("file").and_then(|file| file.as_str()).ok_or("it needs a file")?.to_owned();
        let kills = row.get("kills").and_then(|kills| kills.as_array()).into_iter().flatten();
        let kills: Vec<String> = kills.filter_map(|test| test.as_str()).map(str::to_owned).collect();
        if kills.is_empty() {
            return Err("it kills no test".to_owned());
        }
        Ok(Mutation { file, edits: edit::of_row(row)?, kills })
    }

    /// What is wrong with it, and where it stands.
    fn finding(&self, package: &Package, finding: &str) -> String {
        let what = self.edits.first().and_then(|edit| edit.find.lines().next()).unwrap_or_default().trim();
        format!("{}/{}: `{what}`: {finding}", package.dir.display(), self.file)
    }
}

/// What rows there are whose text does not stand in the code, or not in one place.
fn misplaced<'a>(
    course: &Course,
    rows: impl Iterator<Item = (&'a Package, &'a Mutation)>,
) -> Result<Vec<String>> {
    let mut failures = Vec::new();
    for (package, mutation) in rows {
        let file = course.root.join(&package.dir).join(&mutation.file);
        let text = fs::read_to_string(&file).context(|| file.display().to_string())?;
        if let Err(misplaced) = edit::apply(&text, &mutation.edits) {
            failures.push(mutation.finding(package, &misplaced.to_string()));
        }
    }
    Ok(failures)
}

/// Applies rows one after the other in a worker's copy of the course; gives what is wrong with them.
fn apply_all<'a>(
    course: &Course,
    worker: usize,
    rows: impl IntoIterator<Item = (&'a Package, &'a Mutation)>,
) -> Result<Vec<String>> {
    let checkout = Checkout::copy_for(course, worker)?;
    let mut failures = Vec::new();
    for (package, mutation) in rows {
        let findings = apply(&checkout, package, mutation)?;
        failures.extend(findings.iter().map(|finding| mutation.finding(package, finding)));
    }
    Ok(failures)
}

/// What is wrong with the mutation: nothing if every test that it names fails.
fn apply(checkout: &Checkout, package: &Package, mutation: &Mutation) -> Result<Vec<String>> {
    let file = package.dir.join(&mutation.file);
    let original = fs::read_to_string(checkout.root.join(&file)).context(|| file.display().to_string())?;
    let broken = edit::apply(&original, &mutation.edits).context(|| file.display().to_string())?;
    checkout.write(&file, broken.as_bytes())?;
    let findings = survivors(checkout, package, mutation);
    // Also after an error: the next mutation wants the original.
    checkout.write(&file, original.as_bytes())?;
    findings
}

fn survivors(checkout: &Checkout, package: &Package, mutation: &Mutation) -> Result<Vec<String>> {
    let tests = mutation.kills.iter().map(|kill| kill.split_once("::").unwrap_or((kill, "")));
    let targets: BTreeSet<&str> = tests.clone().map(|(target, _)| target).collect();
    let mut words = vec!["test", "--no-run", "-p", &package.name];
    let mut built = Built::default();
    if targets.contains("models") {
        built = checkout.build_models(&[&words[..], &["--test", "models"]].concat())?;
    }
    if targets.contains("command") {
        words.extend(["--features", "command"]);
    }
    let others = targets.iter().filter(|target| **target != "models");
    for target in others.clone() {
        match *target {
            "lib" => words.push("--lib"),
            "bin" => words.push("--bins"),
            target => words.extend(["--test", target]),
        }
    }
    if others.count() > 0 {
        let others = checkout.build(&words)?;
        built.binaries.extend(others.binaries);
        built.errors.extend(others.errors);
    }
    if let Some(error) = built.errors.values().next() {
        return Ok(vec![format!("does not compile:\n{error}")]);
    }
    let mut findings = Vec::new();
    for (target, test) in tests {
        let binary = match target {
            // Cargo names them after the package.
            "lib" | "bin" => built.binaries.iter().find(|(name, _)| !targets.contains(name.as_str())),
            target => built.binaries.get_key_value(target),
        };
        let Some((_, binary)) = binary else {
            findings.push(format!("there is no test target {target}"));
            continue;
        };
        let limit = if target == "models" { LIMIT_OF_MODELS } else { LIMIT };
        if let Some(why) = survives(binary, test, limit)? {
            findings.push(format!("{target}::{test} {why}"));
        }
    }
    Ok(findings)
}

/// Why the test of `binary` does not fail, if it does not.
pub fn survives(binary: &Path, test: &str, limit: Duration) -> Result<Option<&'static str>> {
    let mut command = Command::new(binary);
    command.args(["--exact", test, "--include-ignored"]);
    // As a check has it: printing a backtrace takes long enough to change which thread comes first.
    command.env("RUST_BACKTRACE", "0");
    let output = process::output(command, limit)?;
    let passed = || if output.stdout.contains("1 passed") { "survives it" } else { "does not exist" };
    Ok((output.exit == Exit::Success).then(passed))
}
