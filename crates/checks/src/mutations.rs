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
use crate::tree::Tree;
use terminal::screen::{DIM, Screen};
use xtask::exercise::judge;
use xtask::failure::{Context, Failure, Result};
use xtask::lessons::{Course, read_toml};
use xtask::process;

/// A mutation may make its test hang: that is a failure too, and need not be waited for any longer. Without it a test
/// takes a fraction of a second,
const LIMIT: Duration = Duration::from_secs(8);

/// and the search of a model some seconds.
const LIMIT_OF_MODELS: Duration = Duration::from_secs(30);

/// A package with a `mutations.toml`: a lesson, a support crate or the runner.
pub struct Package {
    /// From the root.
    dir: PathBuf,
    name: String,
}

pub struct Mutation {
    /// From the package's folder.
    file: String,
    /// Stands in the file exactly once.
    find: String,
    replace: String,
    /// The tests that must fail: the target and the function, `join::join_twice`; of tests in `src`, `lib` or `bin` and
    /// the path, `lib::name::tests::of_two`. For a solution, the exercise and the function of its suite:
    /// `e1_in_order::one_job`.
    pub kills: Vec<String>,
    /// Of a solution: why no test can fail.
    survives: Option<String>,
}

/// Of ten mutations of solutions, at most one may survive.
const SURVIVE: usize = 10;

/// The packages that have rows, in the order of their folders.
fn packages(course: &Course) -> Result<Vec<Package>> {
    let crates = fs::read_dir(course.root.join("crates")).context(|| "crates".into())?;
    let mut dirs = vec![PathBuf::from("xtask")];
    for entry in crates {
        dirs.push(Path::new("crates").join(entry?.file_name()));
    }
    dirs.retain(|dir| course.root.join(dir).join(ROWS).exists());
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
    let text = |row: &toml::Value, key| row.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    let mut mutations = Vec::new();
    for (index, row) in rows.enumerate() {
        let kills = row.get("kills").and_then(|kills| kills.as_array()).into_iter().flatten();
        let kills: Vec<String> = kills.filter_map(|test| test.as_str()).map(str::to_owned).collect();
        let (Some(file), Some(find), Some(replace)) =
            (text(row, "file"), text(row, "find"), text(row, "replace"))
        else {
            let line = format!("{}: row {} needs file, find and replace", path.display(), index + 1);
            return Err(Failure::Failed(line));
        };
        let survives = text(row, "survives");
        if kills.is_empty() == survives.is_none() {
            let line = format!("{}: row {} must either kill or survive", path.display(), index + 1);
            return Err(Failure::Failed(line));
        }
        mutations.push(Mutation { file, find, replace, kills, survives });
    }
    Ok(mutations)
}

/// At most so many copies of the course, each with a build of its own: most of a row's time is one crate's compiler.
const WORKERS: usize = 4;

/// All rows take longer than a commit should have to wait for. On CI each commit applies a quarter of them, which one by
/// its id: a shallow clone does not know how many commits there were.
const CI_PARTS: usize = 4;

/// A number out of the commit's id.
fn lot(course: &Course) -> usize {
    let words = ["rev-parse", "--short=7", "HEAD"];
    let output = Command::new("git").current_dir(&course.root).args(words).output().ok();
    let id = output.and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    usize::from_str_radix(id.trim(), 16).unwrap_or(0)
}

/// Applies every mutation of every package: as many at a time as there are CPUs.
pub fn check(course: &Course, screen: &mut Screen) -> Result<()> {
    let packages = packages(course)?.into_iter().map(|package| {
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
    // Who judges a whole answer ends all of the process's children: it must be alone.
    let (alone, beside): (Vec<_>, Vec<_>) = rows.partition(|(_, mutation)| mutation.survives.is_some());
    let beside = Mutex::new(beside.into_iter());
    // By itself, so that nobody holds the rows while it applies one.
    let next = || beside.lock().unwrap_or_else(PoisonError::into_inner).next();
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(WORKERS);
    let findings = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers)
            .map(|worker| scope.spawn(move || apply_all(course, worker, from_fn(next))))
            .collect();
        let results =
            workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        results.collect::<Result<Vec<_>>>()
    })?;
    let mut failures = findings.concat();
    failures.extend(apply_all(course, 0, alone)?);
    for (package, mutations) in &packages {
        let of_solutions = mutations.iter().filter(|mutation| mutation.exercise().is_some()).count();
        let survivors = mutations.iter().filter(|mutation| mutation.survives.is_some()).count();
        if survivors * SURVIVE > of_solutions {
            failures.push(format!(
                "{}: {survivors} of {of_solutions} mutations of solutions survive",
                package.name
            ));
        }
        screen.line(format_args!("  {DIM}{}: {} mutations{DIM:#}", package.name, mutations.len()))?;
    }
    all_or(&failures, "findings")
}

impl Mutation {
    /// The exercise whose solution it breaks, `e1_in_order`.
    fn exercise(&self) -> Option<&str> {
        self.file.strip_prefix("solutions/")?.strip_suffix(".rs")
    }

    /// What is wrong with it, and where it stands.
    fn finding(&self, package: &Package, finding: &str) -> String {
        let what = self.find.lines().next().unwrap_or_default().trim();
        format!("{}/{}: `{what}`: {finding}", package.dir.display(), self.file)
    }

    /// The test's target and its name there.
    fn test<'a>(&self, kill: &'a str) -> (&'a str, String) {
        let (target, test) = kill.split_once("::").unwrap_or((kill, ""));
        if self.exercise().is_some() {
            (target, format!("{SUITE}::{test}"))
        } else {
            (target, test.to_owned())
        }
    }
}

/// The module of an exercise's tests in its target.
const SUITE: &str = "suite::exercise";

/// What rows there are whose text does not stand in the code, or not in one place.
fn misplaced<'a>(
    course: &Course,
    rows: impl Iterator<Item = (&'a Package, &'a Mutation)>,
) -> Result<Vec<String>> {
    let mut failures = Vec::new();
    for (package, mutation) in rows {
        let file = course.root.join(&package.dir).join(&mutation.file);
        let text = fs::read_to_string(&file).context(|| file.display().to_string())?;
        let count = text.matches(&mutation.find).count();
        if count != 1 {
            failures.push(mutation.finding(package, &format!("stands there {count} times, not once")));
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
    let tree = Tree::copy_for(course, worker)?;
    let mut failures = Vec::new();
    for (package, mutation) in rows {
        let findings = apply(&tree, package, mutation)?;
        failures.extend(findings.iter().map(|finding| mutation.finding(package, finding)));
    }
    Ok(failures)
}

/// What is wrong with the mutation: nothing if every test that it names fails.
fn apply(tree: &Tree, package: &Package, mutation: &Mutation) -> Result<Vec<String>> {
    let file = package.dir.join(&mutation.file);
    let original = fs::read_to_string(tree.root.join(&file)).context(|| file.display().to_string())?;
    let broken = original.replace(&mutation.find, &mutation.replace);
    // A solution is judged as an answer.
    let place = match mutation.exercise() {
        Some(exercise) => package.dir.join("exercises").join(exercise).with_extension("rs"),
        None => file,
    };
    let before = fs::read(tree.root.join(&place)).context(|| place.display().to_string())?;
    tree.write(&place, broken.as_bytes())?;
    let findings = survivors(tree, package, mutation);
    // Also after an error: the next mutation wants the original.
    tree.write(&place, &before)?;
    findings
}

fn survivors(tree: &Tree, package: &Package, mutation: &Mutation) -> Result<Vec<String>> {
    let tests = mutation.kills.iter().map(|kill| mutation.test(kill));
    let targets = tests.clone().map(|(target, _)| target).chain(mutation.exercise());
    let targets: BTreeSet<&str> = targets.collect();
    let mut words = vec!["test", "--no-run", "-p", &package.name];
    for (target, feature) in [("models", "model"), ("command", "command")] {
        if targets.contains(target) {
            words.extend(["--features", feature]);
        }
    }
    for target in &targets {
        match *target {
            "lib" => words.push("--lib"),
            "bin" => words.push("--bins"),
            target => words.extend(["--test", target]),
        }
    }
    let built = tree.build(&words)?;
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
        let mut command = Command::new(binary);
        command.args(["--exact", &test, "--include-ignored"]);
        // As a check has it: to print one takes long enough to change who comes first.
        command.env("RUST_BACKTRACE", "0");
        let limit = if target == "models" { LIMIT_OF_MODELS } else { LIMIT };
        let output = process::output(command, limit)?;
        if output.how_it_ended.is_none() {
            let passed = output.stdout.contains("1 passed");
            let why = if passed { "survives it" } else { "does not exist" };
            findings.push(format!("{target}::{test} {why}"));
        }
    }
    if let (Some(why), Some(exercise)) = (&mutation.survives, mutation.exercise()) {
        let binary = built.binaries.get(exercise).context(|| format!("no test target {exercise}"))?;
        let verdict = judge::judge_variant(binary, &tree.root.join(&package.dir), SUITE)?;
        if let Some(test) = verdict.first_failing() {
            findings.push(format!("{} kills it, though it was to survive ({why})", test.name));
        }
    }
    Ok(findings)
}
