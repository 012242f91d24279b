//! Answers that do their worst: `crates/checks/tests/hostile/*.rs`, each judged by a runner of its own, as a
//! learner's would be. Each gets its class in time, and nothing of it stays: no process, no file; and nothing
//! of the learner's goes.

use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::time::{Duration, Instant, UNIX_EPOCH};

use harness::Class;
use rustix::fs::{CWD, Mode};
use serde_json::Value;

use crate::all_or;
use crate::checkout::Checkout;
use crate::exercises::sources;
use crate::process_leaks::ProcessLeaks;
use terminal::screen::{DIM, Screen};
use xtask::exercise::{self, Exercise};
use xtask::failure::{Context, Result};
use xtask::lessons::Course;
use xtask::process::{self, Exit};

/// The exercise that they answer: it has models, and tests on real threads.
const EXERCISE: &str = "1/1";

/// A verdict takes no longer, whatever the answer does: ten seconds, and half as much again where the machine
/// is busy with other things.
const LIMIT: Duration = Duration::from_secs(15);

/// What the learner has solved before.
const PROGRESS: &str = "threads/stop solved\n";

struct Answer {
    name: String,
    class: Class,
    content: Content,
}

/// What stands where the learner's file should be.
enum Content {
    Nothing,
    File(Vec<u8>),
    Folder,
    Pipe,
    /// A link to a right answer.
    Link,
}

pub fn check(course: &Course, screen: &mut Screen) -> Result<()> {
    let checkout = Checkout::copy(course)?;
    let exercise = checkout.exercise(exercise::find(course, EXERCISE)?);
    let answers = answers(course)?;
    // What answers stand on is no part of their time.
    checkout.reset(&exercise)?;
    checkout.build(&["test", "--no-run", "-p", &exercise.package, "--test", &exercise.stem])?;
    let mut findings = Vec::new();
    for answer in &answers {
        let begun = Instant::now();
        let wrong = judge(&checkout, &exercise, answer)?;
        let seconds = begun.elapsed().as_secs_f32();
        let (name, class) = (&answer.name, answer.class);
        screen.line(format_args!("  {DIM}{name:<22} {class:<17} {seconds:>4.1} s{DIM:#}"))?;
        findings.extend(wrong.iter().map(|finding| format!("{name}: {finding}")));
    }
    remove(&checkout.root.join(exercise.file()))?;
    checkout.reset(&exercise)?;
    all_or(&findings, "findings")
}

/// All of the folder, and those that no Rust file can be.
fn answers(course: &Course) -> Result<Vec<Answer>> {
    let answer = |(name, content): (&str, Content)| Answer {
        name: name.to_owned(),
        class: Class::DoesNotCompile,
        content,
    };
    let others = [
        ("(deleted)", Content::Nothing),
        ("(empty)", Content::File(Vec::new())),
        ("(not UTF-8)", Content::File(b"//\n// \xff\n".to_vec())),
        ("(a folder)", Content::Folder),
        ("(a pipe)", Content::Pipe),
        ("(a link)", Content::Link),
    ];
    let mut answers: Vec<Answer> = others.into_iter().map(answer).collect();
    for path in sources(&course.root.join("crates/checks/tests/hostile"))? {
        let source = fs::read_to_string(&path).context(|| path.display().to_string())?;
        answers.push(Answer {
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            class: declared(&source).context(|| path.display().to_string())?,
            content: Content::File(source.into_bytes()),
        });
    }
    Ok(answers)
}

/// What is wrong with the verdict on the answer, and with what the check has left.
fn judge(checkout: &Checkout, exercise: &Exercise, answer: &Answer) -> Result<Vec<String>> {
    let file = checkout.root.join(exercise.file());
    remove(&file)?;
    match &answer.content {
        Content::Nothing => {}
        Content::File(content) => {
            checkout.write(&exercise.file(), content)?;
            // Older than the last build, as a backup is that takes its place again.
            fs::File::options().write(true).open(&file)?.set_modified(UNIX_EPOCH)?;
        }
        Content::Folder => fs::create_dir(&file)?,
        Content::Pipe => rustix::fs::mkfifoat(CWD, &file, Mode::RUSR | Mode::WUSR)
            .context(|| file.display().to_string())?,
        Content::Link => std::os::unix::fs::symlink(checkout.root.join(exercise.solution()), &file)?,
    }
    let progress = checkout.root.join("progress.txt");
    fs::write(&progress, PROGRESS)?;
    let mut command = checkout.xtask(&["check", EXERCISE, "--json"])?;
    let leaks = ProcessLeaks::of(&mut command)?;
    let begun = Instant::now();
    let output = process::output(command, 2 * LIMIT)?;
    let time = begun.elapsed();

    let mut findings = leaks.left()?;
    let verdict: Value = serde_json::from_str(&output.stdout).unwrap_or_default();
    let class = verdict["class"].as_str().unwrap_or("no verdict");
    if class != answer.class.name() {
        let said = if output.stdout.is_empty() { &output.stderr } else { &output.stdout };
        findings.push(format!("{class} instead of {}: {said}", answer.class));
    }
    let solved = answer.class == Class::Solved;
    if output.exit != if solved { Exit::Success } else { Exit::Code(1) } {
        findings.push(format!("the check {}", output.exit));
    }
    if time > LIMIT {
        findings.push(format!("it took {:.1} s", time.as_secs_f32()));
    }
    if !stands_there(&answer.content, &file) {
        findings.push("the learner's file was changed".to_owned());
    }
    let noted = if solved { format!("{} solved\n{PROGRESS}", exercise.key) } else { PROGRESS.to_owned() };
    if fs::read_to_string(&progress).ok() != Some(noted) {
        findings.push("progress.txt is not what it should be".to_owned());
    }
    Ok(findings)
}

/// Whether the content still stands at `path`.
fn stands_there(content: &Content, path: &Path) -> bool {
    let Ok(metadata) = fs::symlink_metadata(path) else { return matches!(content, Content::Nothing) };
    match content {
        Content::Nothing => false,
        Content::File(content) => fs::read(path).is_ok_and(|now| now == *content),
        Content::Folder => metadata.is_dir(),
        Content::Pipe => metadata.file_type().is_fifo(),
        Content::Link => metadata.is_symlink(),
    }
}

/// Removes what stands there, if anything does.
fn remove(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(fs::remove_dir(path)?),
        Ok(_) => Ok(fs::remove_file(path)?),
        Err(_) => Ok(()),
    }
}

/// The class of the first line, `//! hostile: crash: why`.
fn declared(source: &str) -> std::result::Result<Class, String> {
    let words = source.lines().next().and_then(|line| line.strip_prefix("//! hostile: ")?.split_once(": "));
    match words.filter(|(_, why)| !why.trim().is_empty()) {
        Some((class, _)) => class.parse().map_err(|error: harness::NoSuchClass| error.to_string()),
        None => Err("the first line must be `//! hostile: CLASS: why`".to_owned()),
    }
}
