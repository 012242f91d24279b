//! `mutations.toml` of a lesson: each row breaks the code in one place, and the tests that it names must then
//! fail.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::Duration;

use super::all_or;
use super::tree::Tree;
use crate::failure::{Context, Failure, Result};
use crate::lessons::{Course, Lesson, read_toml};
use crate::process;
use crate::screen::{DIM, Screen};

/// A mutation may make its test hang: that is a failure too, and need not be waited for any longer.
const LIMIT: Duration = Duration::from_secs(20);

pub struct Mutation {
    /// From the lesson's folder.
    file: String,
    /// Stands in the file exactly once.
    find: String,
    replace: String,
    /// The tests that must fail: the target and the function, `join::join_twice`.
    pub kills: Vec<String>,
}

/// The rows of a lesson.
pub fn read(course: &Course, lesson: &Lesson) -> Result<Vec<Mutation>> {
    let path = course.root.join(lesson.dir()).join("mutations.toml");
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
        if kills.is_empty() {
            return Err(Failure::Failed(format!("{}: row {} kills nothing", path.display(), index + 1)));
        }
        mutations.push(Mutation { file, find, replace, kills });
    }
    Ok(mutations)
}

/// Applies every mutation of every lesson, one after the other.
pub fn check(course: &Course, screen: &mut Screen) -> Result<()> {
    let tree = Tree::copy(course)?;
    let mut failures = Vec::new();
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        let mutations = read(course, lesson)?;
        for mutation in &mutations {
            let what = mutation.find.lines().next().unwrap_or_default().trim();
            let findings = judge(&tree, lesson, mutation)?;
            let place = format!("{}/{}", lesson.dir().display(), mutation.file);
            failures.extend(findings.iter().map(|finding| format!("{place}: `{what}`: {finding}")));
        }
        screen.line(format_args!("  {DIM}{}: {} mutations{DIM:#}", lesson.name, mutations.len()))?;
    }
    all_or(&failures, "findings")
}

/// What is wrong with the mutation: nothing if every test that it names fails.
fn judge(tree: &Tree, lesson: &Lesson, mutation: &Mutation) -> Result<Vec<String>> {
    let file = lesson.dir().join(&mutation.file);
    let original = fs::read_to_string(tree.root.join(&file)).context(|| file.display().to_string())?;
    let count = original.matches(&mutation.find).count();
    if count != 1 {
        return Ok(vec![format!("stands there {count} times, not once")]);
    }
    tree.write(&file, original.replace(&mutation.find, &mutation.replace).as_bytes())?;
    let findings = survivors(tree, lesson, mutation);
    // Also after an error: the next mutation wants the original.
    tree.write(&file, original.as_bytes())?;
    findings
}

fn survivors(tree: &Tree, lesson: &Lesson, mutation: &Mutation) -> Result<Vec<String>> {
    let package = lesson.package();
    let tests = mutation.kills.iter().map(|kill| kill.split_once("::").unwrap_or((kill, "")));
    let targets: BTreeSet<&str> = tests.clone().map(|(target, _)| target).collect();
    let mut words = vec!["test", "--no-run", "-p", &package];
    for target in targets {
        words.extend(["--test", target]);
    }
    let built = tree.build(&words)?;
    if let Some(error) = built.errors.values().next() {
        return Ok(vec![format!("does not compile:\n{error}")]);
    }
    let mut findings = Vec::new();
    for (target, test) in tests {
        let Some(binary) = built.binaries.get(target) else {
            findings.push(format!("there is no test target {target}"));
            continue;
        };
        let mut command = Command::new(binary);
        command.args(["--exact", test]);
        let output = process::output(command, LIMIT)?;
        if output.how_it_ended.is_none() {
            let passed = output.stdout.contains("1 passed");
            let why = if passed { "survives it" } else { "does not exist" };
            findings.push(format!("{target}::{test} {why}"));
        }
    }
    Ok(findings)
}
