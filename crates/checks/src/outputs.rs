//! The recorded output of every example is what it prints today.
//!
//! Where a run differs from the next, the recording has a placeholder: `[IDENT]` for a whole number, `[MS]`
//! for a number of milliseconds, `[ANY]` for the rest of a word.

use std::fs;
use std::time::Duration;

use regex_lite::Regex;

use crate::pictures;
use crate::snapshot::Snapshot;
use xtask::cargo;
use xtask::example;
use xtask::failure::{Context, Failure, Result};
use xtask::lessons::Course;
use xtask::process;

const LIMIT: Duration = Duration::from_secs(30);

const PLACEHOLDERS: [(&str, &str); 3] = [("[IDENT]", r"\d+"), ("[MS]", r"\d+(\.\d+)?"), ("[ANY]", r"\S+")];

/// What all examples print and draw. A recorded line with placeholders that still fits stays.
pub fn snapshots(course: &Course) -> Result<Vec<Snapshot>> {
    let mut snapshots = Vec::new();
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        let built = cargo::build(&course.root, &["build", "--examples", "-p", &lesson.package()])?;
        if let Some((name, error)) = built.errors.first_key_value() {
            return Err(Failure::Failed(format!("{name} does not compile:\n{error}")));
        }
        for example in example::all(course, lesson)? {
            let drawn = tempfile::tempdir()?;
            let Some(binary) = built.binaries.get(&example.name) else { continue };
            let mut command = std::process::Command::new(binary);
            command.env("UNGIL_TIMELINE_DIR", drawn.path());
            let printed = process::output(command, LIMIT)?.success().context(|| example.name.clone())?;
            let path = example.recorded();
            let old = fs::read_to_string(&path).unwrap_or_default();
            snapshots.push(Snapshot::new(path, keep_placeholders(&old, &printed), |recorded| {
                compare(recorded, &printed, example.any_order).err()
            }));
            snapshots.extend(pictures::snapshots(&example, drawn.path())?);
        }
    }
    Ok(snapshots)
}

/// Fine, or both texts.
fn compare(recorded: &str, actual: &str, any_order: bool) -> std::result::Result<(), String> {
    let expected: Vec<&str> = recorded.lines().collect();
    let mut left: Vec<&str> = actual.lines().collect();
    let mut same = expected.len() == left.len();
    for line in &expected {
        let pattern = pattern(line);
        let found = if any_order {
            left.iter().position(|actual| pattern.is_match(actual))
        } else {
            left.first().filter(|actual| pattern.is_match(actual)).map(|_| 0)
        };
        match found {
            Some(index) => drop(left.remove(index)),
            None => same = false,
        }
    }
    if same {
        return Ok(());
    }
    let show = |title: &str, text: &str| {
        let lines: Vec<String> = text.lines().map(|line| format!("    {line}")).collect();
        format!("  {title}:\n{}", lines.join("\n"))
    };
    Err(format!("\n{}\n{}", show("recorded", recorded), show("printed", actual)))
}

fn pattern(line: &str) -> Regex {
    let mut pattern = regex_lite::escape(line);
    for (placeholder, value) in PLACEHOLDERS {
        pattern = pattern.replace(&regex_lite::escape(placeholder), value);
    }
    // An escaped text with our own patterns in it is always a regular expression.
    Regex::new(&format!("^{pattern}$")).expect("a valid pattern")
}

fn keep_placeholders(old: &str, actual: &str) -> String {
    let old: Vec<(&str, Regex)> = old.lines().map(|line| (line, pattern(line))).collect();
    let keep = |line| old.iter().find(|(_, pattern)| pattern.is_match(line)).map_or(line, |(old, _)| old);
    actual.lines().map(|line| format!("{}\n", keep(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_stand_for_what_differs() {
        assert!(compare("id [IDENT]\n[MS] ms", "id 42\n1.5 ms\n", false).is_ok());
        assert!(compare("id [IDENT]", "id x", false).is_err());
        assert!(compare("a+b (c)", "a+b (c)\n", false).is_ok());
        assert!(compare("a.b", "axb", false).is_err());
    }

    #[test]
    fn order_and_number_of_lines_count() {
        assert!(compare("a\nb", "b\na", false).is_err());
        assert!(compare("a\nb", "b\na", true).is_ok());
        for any_order in [false, true] {
            assert!(compare("a", "a\na", any_order).is_err());
            assert!(compare("a\na", "a", any_order).is_err());
            assert!(compare("", "a", any_order).is_err());
        }
    }

    #[test]
    fn bless_keeps_placeholders_that_still_fit() {
        assert_eq!(keep_placeholders("id [IDENT]\nold\n", "new\nid 7"), "new\nid [IDENT]\n");
    }
}
