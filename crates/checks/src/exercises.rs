//! The exercises themselves: stubs are not started, solutions are solved, every wrong answer falls with its
//! class and is told what helps, all by the protocol that judges learners.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use harness::Class;

use crate::all_or;
use terminal::screen::{DIM, Screen};
use xtask::cargo;
use xtask::exercise::judge::{self, Verdict};
use xtask::exercise::suite;
use xtask::exercise::text::Which;
use xtask::exercise::{self, Exercise};
use xtask::failure::{Context, Failure, Result};
use xtask::lessons::{Course, Lesson};

/// For 10,000 runs on real threads.
const OFTEN: Duration = Duration::from_secs(30);

/// What only luck lets survive may run out of it: one series of so many is enough.
const SERIES: usize = 3;

/// Fewer wrong answers leave the suite untested.
const WRONG: usize = 4;

/// One of `wrong/e1_name/`.
struct Wrong {
    /// Its file's name, and its module's.
    name: String,
    class: Class,
    survives_real_threads: bool,
}

pub fn check(course: &Course, screen: &mut Screen) -> Result<()> {
    let mut findings = Vec::new();
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        let exercises = exercise::all(course, lesson)?;
        if exercises.is_empty() {
            continue;
        }
        let path = variants(lesson);
        if fs::read_to_string(course.root.join(&path)).ok() != Some(source_of_variants(&exercises)?) {
            findings
                .push(format!("{}: not up to date; `cargo xtask test --bless` writes it", path.display()));
            continue;
        }
        let binary = build_variants(course, lesson)?;
        let tests = suite::list(&binary)?;
        for exercise in &exercises {
            let of_files = files(exercise);
            let of_runs = runs(exercise, &binary, &tests)?;
            let all = of_files.into_iter().chain(of_runs);
            findings.extend(all.map(|finding| format!("{}: {finding}", exercise.key)));
        }
        screen.line(format_args!("  {DIM}{}: {} exercises{DIM:#}", lesson.name, exercises.len()))?;
    }
    all_or(&findings, "findings")
}

/// Writes `tests/variants.rs` of every lesson; gives those that have changed.
pub fn bless(course: &Course) -> Result<Vec<PathBuf>> {
    let mut changed = Vec::new();
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        let exercises = exercise::all(course, lesson)?;
        let path = course.root.join(variants(lesson));
        if exercises.is_empty() {
            continue;
        }
        let source = source_of_variants(&exercises)?;
        if fs::read_to_string(&path).ok().as_ref() != Some(&source) {
            fs::write(&path, source).context(|| path.display().to_string())?;
            changed.push(path);
        }
        let binary = build_variants(course, lesson)?;
        for exercise in &exercises {
            for (path, picture) in pictures(exercise, &binary)? {
                if fs::read_to_string(&path).ok().as_ref() != Some(&picture) {
                    fs::write(&path, picture).context(|| path.display().to_string())?;
                    changed.push(path);
                }
            }
        }
    }
    Ok(changed)
}

fn build_variants(course: &Course, lesson: &Lesson) -> Result<PathBuf> {
    let words = ["test", "--no-run", "-p", &lesson.package(), "--test", "variants"];
    let mut built = cargo::build(&course.root, &words)?;
    if let Some(error) = built.errors.values().next() {
        return Err(Failure::Failed(format!("{} does not compile:\n{error}", variants(lesson).display())));
    }
    built.binaries.remove("variants").context(|| format!("no binary of {}", variants(lesson).display()))
}

/// The wrong answers whose counterexample the book shows, as there is a recording
/// `wrong/e1_name/NAME.stdout`; and what would stand in it.
fn pictures(exercise: &Exercise, binary: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut pictures = Vec::new();
    for name in wrong_names(exercise)? {
        let path = exercise.root.join(exercise.wrong()).join(&name).with_extension("stdout");
        if path.exists() {
            let verdict = judge_variant(exercise, binary, &format!("wrong_{name}"))?;
            let picture = verdict.first_failing().map(|test| test.picture.clone()).unwrap_or_default();
            pictures.push((path, format!("{}\n", picture.trim_end())));
        }
    }
    Ok(pictures)
}

fn judge_variant(exercise: &Exercise, binary: &Path, variant: &str) -> Result<Verdict> {
    let dir = exercise.root.join(&exercise.dir);
    judge::judge_variant(binary, &dir, &format!("{}::{variant}::suite::exercise", exercise.stem))
}

fn variants(lesson: &Lesson) -> PathBuf {
    lesson.dir().join("tests/variants.rs")
}

/// A target with every answer that the course itself has, each with the suite of its exercise.
fn source_of_variants(exercises: &[Exercise]) -> Result<String> {
    let mut source = String::from(
        "//! Stubs, solutions and wrong answers, each with the suite of its exercise; the course's self-check runs\n\
         //! them. Written by `cargo xtask test --bless`.\n\n\
         #![allow(clippy::all, clippy::todo, missing_docs, unused)]\n",
    );
    for exercise in exercises {
        let stem = &exercise.stem;
        // Writing into a String cannot fail.
        let _ = write!(source, "\n#[path = \".\"]\nmod {stem} {{");
        let mut module = |name: &str, path: &str| {
            let _ = write!(
                source,
                "\n    #[path = \".\"]\n    mod {name} {{\n        #[path = \"../{path}\"]\n        mod answer;\n        \
                 #[path = \"suites/{stem}.rs\"]\n        mod suite;\n    }}\n"
            );
        };
        module("stub", &format!("stubs/{stem}.rs"));
        module("solution", &format!("solutions/{stem}.rs"));
        for name in wrong_names(exercise)? {
            module(&format!("wrong_{name}"), &format!("wrong/{stem}/{name}.rs"));
        }
        source.push_str("}\n");
    }
    Ok(source.replace("{\n\n", "{\n"))
}

fn wrong_names(exercise: &Exercise) -> Result<Vec<String>> {
    let files = sources(&exercise.root.join(exercise.wrong()))?;
    let name = |path: &PathBuf| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(files.iter().map(name).collect())
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

/// What is wrong with how the answers are judged.
fn runs(exercise: &Exercise, binary: &Path, tests: &[String]) -> Result<Vec<String>> {
    let dir = exercise.root.join(&exercise.dir);
    let judge = |variant: &str| judge_variant(exercise, binary, variant);
    let mut findings = Vec::new();
    for (path, picture) in pictures(exercise, binary)? {
        if fs::read_to_string(&path).ok().as_ref() != Some(&picture) {
            let shown = path.strip_prefix(&exercise.root).unwrap_or(&path).display();
            findings.push(format!("{shown}: not as recorded; `cargo xtask test --bless` records it"));
        }
    }
    let begun = judge("stub")?.tests.into_iter().filter(|test| test.class != Some(Class::NotStarted));
    findings.extend(begun.map(|test| format!("the stub: {} is {}", test.name, in_words(test.class))));
    let solution = judge("solution")?;
    if !solution.is_solved() {
        findings.push(format!("the solution: {}", first(&solution)));
    }
    let mut fallen: BTreeMap<(String, Class), String> = BTreeMap::new();
    let mut survivors = Vec::new();
    let names = wrong_names(exercise)?;
    if names.len() < WRONG {
        findings.push(format!("only {} wrong answers", names.len()));
    }
    let text = exercise.text().ok();
    for name in names {
        let path = exercise.wrong().join(&name).with_extension("rs");
        let wrong = match Wrong::parse(&name, &exercise.read(&path)?) {
            Ok(wrong) => wrong,
            Err(why) => {
                findings.push(format!("{}: {why}", path.display()));
                continue;
            }
        };
        let verdict = judge(&format!("wrong_{name}"))?;
        if verdict.class != wrong.class {
            findings.push(format!("{name}: declared as {}, but {}", wrong.class, first(&verdict)));
        } else if let Some(test) = verdict.first_failing() {
            let fall = (test.name.clone(), wrong.class);
            if let Some(other) = fallen.insert(fall, name.clone()) {
                findings.push(format!("{name} and {other} both fall to {} with {}", test.name, wrong.class));
            }
        }
        if text.as_ref().is_some_and(|text| text.hint(Which::Class(wrong.class)).is_none()) {
            findings.push(format!("{name}: there is no hint for {}", wrong.class));
        }
        if wrong.survives_real_threads {
            survivors.push(wrong.name);
        }
    }
    for name in survivors {
        let prefix = format!("{}::wrong_{name}::suite::real_threads::", exercise.stem);
        let Some(test) = tests.iter().find(|test| test.starts_with(&prefix)) else {
            findings.push(format!("{name}: the suite has no function for real threads"));
            continue;
        };
        let mut why = None;
        for _ in 0..SERIES {
            let judged = suite::run_one(binary, &dir, test, OFTEN)?;
            why = (judged.class != Some(Class::Solved)).then_some(judged);
            if why.is_none() {
                break;
            }
        }
        if let Some(judged) = why {
            let class = in_words(judged.class);
            findings.push(format!("{name} does not survive on real threads: {class} {}", judged.text));
        }
    }
    Ok(findings)
}

impl Wrong {
    /// Reads the first lines: `//! wrong: lost-wakeup: why`, perhaps `//! survives real threads`.
    fn parse(name: &str, source: &str) -> std::result::Result<Wrong, String> {
        Ok(Wrong {
            name: name.to_owned(),
            class: declared("wrong", source)?,
            survives_real_threads: source.lines().nth(1) == Some("//! survives real threads"),
        })
    }
}

/// The class of the first line, `//! wrong: lost-wakeup: why` where `what` is "wrong".
pub fn declared(what: &str, source: &str) -> std::result::Result<Class, String> {
    let first = source.lines().next().and_then(|line| line.strip_prefix("//! ")?.strip_prefix(what));
    let words = first.and_then(|line| line.strip_prefix(": ")?.split_once(": "));
    match words.filter(|(_, why)| !why.trim().is_empty()) {
        Some((class, _)) => class.parse().map_err(|error: harness::NoSuchClass| error.to_string()),
        None => Err(format!("the first line must be `//! {what}: CLASS: why`")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_answer_says_what_it_is() {
        let wrong =
            Wrong::parse("x", "//! wrong: lost-wakeup: too: late\n//! survives real threads\n").unwrap();
        assert_eq!((wrong.class, wrong.survives_real_threads), (Class::LostWakeup, true));
        assert!(!Wrong::parse("x", "//! wrong: hang: why\n\nuse x;").unwrap().survives_real_threads);
        for (source, why) in [
            ("", "the first line must be `//! wrong: CLASS: why`"),
            ("//! wrong: hang: ", "the first line must be `//! wrong: CLASS: why`"),
            ("//! wrong: slow: why", "no verdict class 'slow'"),
        ] {
            assert_eq!(Wrong::parse("x", source).err().as_deref(), Some(why));
        }
    }

    #[test]
    fn every_answer_becomes_a_module() {
        let course = Course::read().unwrap();
        let exercise = exercise::find(&course, "1/1").unwrap();
        let source = source_of_variants(&[exercise]).unwrap();
        for line in [
            "mod e1_in_order {\n    #[path = \".\"]\n    mod stub {",
            "        #[path = \"../solutions/e1_in_order.rs\"]\n        mod answer;",
            "    mod wrong_first_come {\n        #[path = \"../wrong/e1_in_order/first_come.rs\"]",
        ] {
            assert!(source.contains(line), "{source}");
        }
    }
}
