//! Builds the target of an exercise.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher};
use std::path::PathBuf;
use std::time::Duration;

use harness::Class;
use toml::Value;

use super::Exercise;
use super::verdict::{Verdict, plain_paths};
use crate::cargo::{self, Diagnostic, Limited, Limits};
use crate::failure::{Context, Result};
use crate::groups::Groups;
use crate::lessons::read_toml;

/// How many errors are shown: later ones mostly follow from the first.
const ERRORS: usize = 3;

/// How many lines are shown of errors outside the learner's file.
const LINES: usize = 20;

/// How many characters of a compiler's line are shown; colours count, too.
const COLUMNS: usize = 500;

/// How long the compiler of the learner's target may take, on a machine that is not busy. It takes a second or two.
const TIME: Duration = Duration::from_secs(10);

/// On a busy machine the time is at most this many times as long.
const MOST_BUSY: f64 = 4.0;

/// The memory of each process of the build, in bytes.
const MEMORY: u64 = 2 << 30;

pub enum Compiled {
    Binary(PathBuf),
    Refused(Verdict),
}

pub fn compile(exercise: &Exercise, groups: &Groups) -> Result<Compiled> {
    let words = ["test", "--no-run", "-p", &exercise.package, "--test", &exercise.stem];
    let time = TIME.mul_f64(busy().clamp(1.0, MOST_BUSY));
    let limits = Limits { after: dependencies(exercise)?, time, memory: MEMORY };
    let built = match cargo::build_in(groups, &exercise.root, &words, &hash_of(exercise)?, limits)? {
        Limited::Built(built) => built,
        Limited::TimedOut => {
            let text = format!("The compiler was not done after {} s, so it was stopped.", time.as_secs());
            return Ok(Compiled::Refused(Verdict::refused(Class::DoesNotCompile, text, Vec::new())));
        }
        Limited::Crashed => {
            let gib = MEMORY >> 30;
            let text = format!(
                "The compiler ended without a message. It has {gib} GiB of memory here and the usual stack; it may want more of one."
            );
            return Ok(Compiled::Refused(Verdict::refused(Class::DoesNotCompile, text, Vec::new())));
        }
    };
    let ours: Vec<&Diagnostic> = built.diagnostics.iter().filter(|d| d.target == exercise.stem).collect();
    if ours.is_empty() && !built.errors.is_empty() {
        // An error of the linker, or in a package that the target depends on.
        let text = if built.errors.contains_key(&exercise.stem) {
            ""
        } else {
            "The course's own code does not compile; did you change it?"
        };
        let errors = built.errors.values().flat_map(|text| text.trim_end().lines());
        let errors: Vec<String> = errors.take(LINES).map(plain_paths).collect();
        return Ok(Compiled::Refused(Verdict::refused(Class::DoesNotCompile, text.to_owned(), errors)));
    }
    if !ours.is_empty() {
        return Ok(Compiled::Refused(refused(exercise, &ours)?));
    }
    let binary = built.binaries.get(&exercise.stem);
    let binary = binary.context(|| format!("{} has no test target {}", exercise.package, exercise.stem))?;
    Ok(Compiled::Binary(binary.clone()))
}

/// A word that changes with the learner's file.
fn hash_of(exercise: &Exercise) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    hasher.write(exercise.read(&exercise.file())?.as_bytes());
    Ok(format!("{:016x}", hasher.finish()))
}

/// How many threads want to run for each CPU, on average over the last minute. 0 where the system does not say.
fn busy() -> f64 {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or(0.0);
    load / std::thread::available_parallelism().map_or(1, usize::from) as f64
}

/// The packages that must be built before the exercise's target.
fn dependencies(exercise: &Exercise) -> Result<BTreeSet<String>> {
    let manifest = read_toml(&exercise.root.join(&exercise.dir).join("Cargo.toml"))?;
    let tables = ["dependencies", "dev-dependencies"].map(|key| manifest.get(key).and_then(Value::as_table));
    let is_optional = |value: &Value| value.get("optional").is_some();
    let rows = tables.into_iter().flatten().flatten().filter(|(_, value)| !is_optional(value));
    Ok(rows.map(|(name, _)| name.clone()).chain([exercise.package.clone()]).collect())
}

/// The compiler's errors in the learner's own file. Errors only elsewhere mean that the file does not fit the task.
fn refused(exercise: &Exercise, diagnostics: &[&Diagnostic]) -> Result<Verdict> {
    let file = exercise.file();
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let in_answer =
        |d: &&&Diagnostic| d.files.iter().any(|f| f.contains("/exercises/") && f.ends_with(&*name));
    let own: Vec<&Diagnostic> = diagnostics.iter().filter(in_answer).copied().collect();
    let fits = !own.is_empty();
    let shown = if fits { own.as_slice() } else { diagnostics };
    let mut lines = Vec::new();
    let text = if fits {
        String::new()
    } else {
        lines.push("What the task gives you, and its tests use:".to_owned());
        lines.extend(
            signatures(&exercise.read(&exercise.stub())?).into_iter().map(|line| format!("    {line}")),
        );
        lines.push(String::new());
        "What the tests call is not there, or is not what they call it with.".to_owned()
    };
    let most = if fits { ERRORS } else { 1 };
    for diagnostic in shown.iter().take(most) {
        let text = plain_paths(&diagnostic.rendered);
        lines.extend(text.lines().map(cut));
    }
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    if let Some(more) = shown.len().checked_sub(most).filter(|more| *more > 0) {
        let noun = if more == 1 { "error" } else { "errors" };
        lines.push(String::new());
        lines.push(format!("And {more} more {noun}."));
    }
    Ok(Verdict::refused(Class::DoesNotCompile, text, lines))
}

/// A line of at most [`COLUMNS`].
fn cut(line: &str) -> String {
    match line.char_indices().nth(COLUMNS) {
        Some((end, _)) => format!("{}\x1b[0m …", &line[..end]),
        None => line.to_owned(),
    }
}

/// The public items of a file, without their bodies.
fn signatures(source: &str) -> Vec<String> {
    let mut signatures = Vec::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if !(line.trim_start().starts_with("pub ") || line.starts_with("impl")) {
            continue;
        }
        let mut item = line.to_owned();
        while !item.contains(['{', ';']) {
            let Some(next) = lines.next() else { break };
            item.push('\n');
            item.push_str(next);
        }
        let end = item.find(['{', ';']).unwrap_or(item.len());
        let item = item.get(..end).unwrap_or_default().trim_end();
        signatures.extend(item.lines().map(|line| line.trim_end().to_owned()));
    }
    signatures
}

#[cfg(test)]
mod tests {
    #[test]
    fn signatures_have_no_bodies() {
        let stub = "use x;\n\n/// D\npub type Job = u8;\n\nimpl A {\n    pub fn f(\n        x: u8,\n    ) -> u8 {\n        todo!()\n    }\n    fn g() {}\n}\n";
        assert_eq!(
            super::signatures(stub),
            ["pub type Job = u8", "impl A", "    pub fn f(", "        x: u8,", "    ) -> u8"]
        );
    }
}
