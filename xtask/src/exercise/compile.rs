//! Builds the target of an exercise.

use std::path::PathBuf;

use harness::Class;

use super::Exercise;
use super::verdict::{Verdict, plain_paths};
use crate::cargo::{self, Diagnostic};
use crate::failure::{Context, Result};
use crate::groups::Groups;

/// How many errors are shown: later ones mostly follow from the first.
const ERRORS: usize = 3;

/// How many lines are shown of errors outside the learner's file.
const LINES: usize = 20;

pub enum Compiled {
    Binary(PathBuf),
    Refused(Verdict),
}

pub fn compile(exercise: &Exercise, groups: &Groups) -> Result<Compiled> {
    let words = ["test", "--no-run", "-p", &exercise.package, "--test", &exercise.stem];
    let built = cargo::build_in(&exercise.root, &words, groups)?;
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
        lines.extend(plain_paths(&diagnostic.rendered).lines().map(str::to_owned));
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
