//! The exercises themselves: stubs are not started, solutions are solved, every wrong answer falls with its
//! class and is told what helps, all by the protocol that judges learners.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use harness::Class;

use crate::checkout::Checkout;
use crate::snapshot::{self, Snapshot};
use crate::{all_or, mutations};
use terminal::screen::{DIM, Screen};
use xtask::exercise::judge;
use xtask::exercise::suite;
use xtask::exercise::text::Which;
use xtask::exercise::verdict::Verdict;
use xtask::exercise::wrong::{self, Kind};
use xtask::exercise::{self, Exercise};
use xtask::failure::{Context, Failure, Result};
use xtask::lessons::{Course, Lesson};

/// For 10,000 runs on real threads.
const OFTEN: Duration = Duration::from_secs(30);

/// Surviving takes luck, which may run out: one series of these is enough.
const SERIES: usize = 3;

/// Fewer wrong answers leave the suite untested.
const WRONG: usize = 4;

/// Of ten slips, at most one may survive.
const SURVIVE: usize = 10;

pub fn check(course: &Course, screen: &mut Screen) -> Result<()> {
    let mut findings = Vec::new();
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        let exercises = exercise::all(course, lesson)?;
        let Some(variants) = Variants::build(course, lesson, &exercises)? else { continue };
        let tests = suite::list(&variants.binary)?;
        let mut slips = Slips::default();
        for exercise in &exercises {
            let all = files(exercise).into_iter().chain(variants.judge_all(exercise, &tests, &mut slips)?);
            findings.extend(all.map(|finding| format!("{}: {finding}", exercise.key)));
        }
        if slips.survivors * SURVIVE > slips.all {
            findings.push(format!("{}: {} of {} slips survive", lesson.name, slips.survivors, slips.all));
        }
        let (exercises, slips) = (exercises.len(), slips.all);
        screen.line(format_args!("  {DIM}{}: {exercises} exercises, {slips} slips{DIM:#}", lesson.name))?;
    }
    all_or(&findings, "findings")
}

/// Records the counterexamples that the book shows; gives those that have changed.
pub fn bless(course: &Course) -> Result<Vec<PathBuf>> {
    let mut changed = Vec::new();
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        let exercises = exercise::all(course, lesson)?;
        let Some(variants) = Variants::build(course, lesson, &exercises)? else { continue };
        for exercise in &exercises {
            changed.extend(snapshot::bless(variants.pictures(exercise)?)?);
        }
    }
    Ok(changed)
}

/// The slips of a lesson.
#[derive(Default)]
struct Slips {
    all: usize,
    survivors: usize,
}

/// Every answer that the course itself has, each with the suite of its exercise: one test target of the lesson, in a copy
/// of the course.
struct Variants {
    binary: PathBuf,
    /// The lesson's folder in the copy.
    dir: PathBuf,
}

impl Variants {
    /// `None` if the lesson has no exercises.
    fn build(course: &Course, lesson: &Lesson, exercises: &[Exercise]) -> Result<Option<Variants>> {
        if exercises.is_empty() {
            return Ok(None);
        }
        let checkout = Checkout::copy(course)?;
        let tests = lesson.dir().join("tests");
        let mut source = String::from("#![allow(clippy::all, clippy::todo, missing_docs, unused)]\n");
        // `cargo fmt` does not find them, as no target of the lesson itself has them.
        let mut shown = Vec::new();
        for exercise in exercises {
            let stem = &exercise.stem;
            // Writing into a String cannot fail.
            let _ = writeln!(source, "#[path = \".\"]\nmod {stem} {{");
            let mut module = |name: &str, path: &str| {
                let _ = writeln!(
                    source,
                    "    #[path = \".\"]\n    mod {name} {{\n        #[path = \"{path}\"]\n        mod answer;\n        \
                     #[path = \"../grading/{stem}/suite.rs\"]\n        mod suite;\n    }}"
                );
            };
            module("stub", &format!("../grading/{stem}/stub.rs"));
            module("solution", &format!("../grading/{stem}/solution.rs"));
            shown.push(exercise.solution());
            for (index, wrong) in wrong::all(exercise)?.iter().enumerate() {
                let name = module_of(index, &wrong.kind);
                let path = format!("variants/{stem}/{name}.rs");
                checkout.write(&tests.join(&path), wrong.source.as_bytes())?;
                module(&name, &path);
                if matches!(wrong.kind, Kind::Named { .. }) {
                    shown.push(tests.join(&path));
                }
            }
            source.push_str("}\n");
        }
        checkout.write(&tests.join("variants.rs"), source.as_bytes())?;
        let mut rustfmt = Command::new("rustfmt");
        rustfmt.current_dir(&checkout.root).args(["--check", "-l", "--edition", "2024"]).args(&shown);
        let output = rustfmt.output().context(|| "rustfmt".into())?;
        if !output.status.success() {
            let files = String::from_utf8_lossy(&output.stdout);
            return Err(Failure::Failed(format!("{}: not formatted:\n{}", lesson.name, files.trim_end())));
        }
        let mut built =
            checkout.build(&["test", "--no-run", "-p", &lesson.package(), "--test", "variants"])?;
        if let Some(error) = built.errors.values().next() {
            return Err(Failure::Failed(format!("{}: a variant does not compile:\n{error}", lesson.name)));
        }
        let binary = built.binaries.remove("variants").context(|| "cargo has built no variants".into())?;
        Ok(Some(Variants { binary, dir: checkout.root.join(lesson.dir()) }))
    }

    fn judge(&self, exercise: &Exercise, variant: &str) -> Result<Verdict> {
        judge::judge_variant(&self.binary, &self.dir, &suite_of(exercise, variant))
    }

    /// The wrong answers whose counterexample the book shows, as there is a recording `wrong/NAME.stdout`; and what would
    /// stand in it.
    fn pictures(&self, exercise: &Exercise) -> Result<Vec<Snapshot>> {
        let mut pictures = Vec::new();
        for (index, wrong) in wrong::all(exercise)?.iter().enumerate() {
            let Kind::Named { name, .. } = &wrong.kind else { continue };
            let path = exercise.grading().join("wrong").join(name).with_extension("stdout");
            let path = exercise.root.join(path);
            if path.exists() {
                let verdict = self.judge(exercise, &module_of(index, &wrong.kind))?;
                let picture = verdict.first_failing().map(|test| test.picture.clone()).unwrap_or_default();
                pictures.push(Snapshot::exact(path, format!("{}\n", picture.trim_end())));
            }
        }
        Ok(pictures)
    }

    /// What is wrong with how the answers are judged.
    fn judge_all(&self, exercise: &Exercise, tests: &[String], slips: &mut Slips) -> Result<Vec<String>> {
        let mut findings = Vec::new();
        findings.extend(snapshot::differences(&exercise.root, &self.pictures(exercise)?));
        let stub = self.judge(exercise, "stub")?;
        let begun = stub.tests.into_iter().filter(|test| test.class != Some(Class::NotStarted));
        findings.extend(begun.map(|test| format!("the stub: {} is {}", test.name, in_words(test.class))));
        let solution = self.judge(exercise, "solution")?;
        if !solution.is_solved() {
            findings.push(format!("the solution: {}", first(&solution)));
        }
        let mut fallen: BTreeMap<(String, Class), String> = BTreeMap::new();
        let text = exercise.text().ok();
        let mut named = 0;
        for (index, wrong) in wrong::all(exercise)?.into_iter().enumerate() {
            let module = module_of(index, &wrong.kind);
            for kill in &wrong.kills {
                let test = format!("{}::{kill}", suite_of(exercise, &module));
                if let Some(why) = mutations::survives(&self.binary, &test, mutations::LIMIT)? {
                    findings.push(format!("{module}: {kill} {why}"));
                }
            }
            match wrong.kind {
                Kind::Named { name, class, survives_real_threads, .. } => {
                    named += 1;
                    let verdict = self.judge(exercise, &module)?;
                    if verdict.class != class {
                        findings.push(format!("{name}: declared as {class}, but {}", first(&verdict)));
                    } else if let Some(test) = verdict.first_failing() {
                        let fall = (test.name.clone(), class);
                        if let Some(other) = fallen.insert(fall, name.clone()) {
                            findings
                                .push(format!("{name} and {other} both fall to {} with {class}", test.name));
                        }
                    }
                    if text.as_ref().is_some_and(|text| text.hint(Which::Class(class)).is_none()) {
                        findings.push(format!("{name}: there is no hint for {class}"));
                    }
                    if survives_real_threads {
                        let finding = self.on_real_threads(exercise, &module, tests)?;
                        findings.extend(finding.map(|finding| format!("{name}: {finding}")));
                    }
                }
                Kind::Slip { survives } => {
                    slips.all += 1;
                    if let Some(why) = survives {
                        slips.survivors += 1;
                        if let Some(test) = self.judge(exercise, &module)?.first_failing() {
                            let line = format!("{} kills it, though it was to survive ({why})", test.name);
                            findings.push(format!("{module}: {line}"));
                        }
                    }
                }
            }
        }
        if named < WRONG {
            findings.push(format!("only {named} wrong answers"));
        }
        Ok(findings)
    }

    /// Why a variant that should survive on real threads does not.
    fn on_real_threads(&self, exercise: &Exercise, module: &str, tests: &[String]) -> Result<Option<String>> {
        let prefix = format!("{}::{module}::suite::real_threads::", exercise.stem);
        let Some(test) = tests.iter().find(|test| test.starts_with(&prefix)) else {
            return Ok(Some("the suite has no function for real threads".to_owned()));
        };
        let mut why = None;
        for _ in 0..SERIES {
            let judged = suite::run_one(&self.binary, &self.dir, test, OFTEN)?;
            if judged.class == Some(Class::Solved) {
                return Ok(None);
            }
            why =
                Some(format!("does not survive on real threads: {} {}", in_words(judged.class), judged.text));
        }
        Ok(why)
    }
}

/// The module of a row of `wrong.toml`, which findings name: a slip has the row's number.
fn module_of(index: usize, kind: &Kind) -> String {
    match kind {
        Kind::Named { name, .. } => name.clone(),
        Kind::Slip { .. } => format!("slip_{}", index + 1),
    }
}

/// The module of a variant's tests.
fn suite_of(exercise: &Exercise, variant: &str) -> String {
    format!("{}::{variant}::suite::exercise", exercise.stem)
}

/// The Rust files of a folder, in order.
pub fn sources(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).context(|| dir.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// What is wrong with the files.
fn files(exercise: &Exercise) -> Vec<String> {
    let mut findings = Vec::new();
    match exercise.text() {
        Ok(text) if text.steps() < 2 => findings.push("fewer than two hints".to_owned()),
        Ok(text) => {
            let missing = (1..=text.steps()).filter(|step| text.hint(Which::Step(*step)).is_none());
            findings.extend(missing.map(|step| format!("no hint {step}, but a later one")));
        }
        Err(failure) => findings.push(failure.to_string()),
    }
    if as_committed(exercise, &exercise.file()) != as_committed(exercise, &exercise.stub()) {
        findings.push("the committed exercise is not its stub, byte by byte".to_owned());
    }
    if !exercise.read(&exercise.solution()).is_ok_and(|source| source.starts_with("//! ")) {
        findings.push("the solution has no explanation".to_owned());
    }
    findings
}

/// The file as the last commit has it: in the working tree a learner may be at work. One that was never
/// committed is taken as it is.
fn as_committed(exercise: &Exercise, path: &Path) -> Option<Vec<u8>> {
    let name = format!("HEAD:{}", path.to_string_lossy().replace('\\', "/"));
    let committed = Command::new("git").current_dir(&exercise.root).args(["show", &name]).output();
    match committed {
        Ok(output) if output.status.success() => Some(output.stdout),
        _ => fs::read(exercise.root.join(path)).ok(),
    }
}

/// `wrong-value in two_jobs`
fn first(verdict: &Verdict) -> String {
    match verdict.first_failing() {
        Some(test) => format!("{} in {}: {} {}", verdict.class, test.name, test.text, test.place),
        None => verdict.class.to_string(),
    }
}

fn in_words(class: Option<Class>) -> &'static str {
    class.map_or("not run", Class::name)
}
