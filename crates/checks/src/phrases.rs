//! The commonest slips of prose, in comments and in Markdown: phrases that a reader has to decode.

use std::fs;
use std::path::Path;

use regex_lite::Regex;

use crate::{all_or, checkout};
use xtask::failure::{Context, Result};
use xtask::lessons::Course;

const NAME: &str = "name the thread: a waiter, the caller, the holder";

/// A pattern, and what to write instead.
const SLIPS: &[(&str, &str)] = &[
    (
        r"\b(?:wakes?|tells?|asks?|by|for|from|of|to|with|if|but|only|so|as|and|that|than) who (?:is|has|was|waits|comes|came|wants|locks|takes|finds|drops|releases|holds|sleeps|asks)\b",
        NAME,
    ),
    (r"(?:^|[.:;] )Who [a-z]+s\b[^?.;]*\.", NAME),
    (r"\b[Ww]hoever\b", NAME),
    (r"\bso many\b", "write the number, or up to N"),
    (r"\bfor no reason\b", "write spurious"),
    (r"\b(?:as they came|in which they came)\b", "write in order of arrival (FIFO)"),
    (r"(?:^|[.:] )As (?:there|above)[.,:]", "repeat the sentence or link the item, and say what differs"),
    (r"\bletter by letter\b", "write identical"),
];

pub fn check(course: &Course) -> Result<()> {
    let slips = slips()?;
    let mut findings = Vec::new();
    for file in checkout::files(&course.root)?.iter().filter(|file| is_ours(file)) {
        // Listed but deleted is possible.
        let Ok(text) = fs::read_to_string(course.root.join(file)) else { continue };
        let found = find(&text, file.extension().is_some_and(|extension| extension == "md"), &slips);
        findings.extend(found.iter().map(|finding| format!("{}:{finding}", file.display())));
    }
    all_or(&findings, "phrases to mend")
}

/// Not the published stubs, which keep their words, not what quotes them, and not this file, which quotes the slips.
fn is_ours(file: &Path) -> bool {
    let name = file.to_string_lossy();
    let quotes = ["/exercises/", "/stub.rs", "/solution.rs", "/accepted/", "/wrong/", "/phrases.rs"];
    name.ends_with(".md") || name.ends_with(".rs") && !quotes.iter().any(|part| name.contains(part))
}

type Slip = (Regex, &'static str);

fn slips() -> Result<Vec<Slip>> {
    let compile = |&(pattern, instead)| Ok((Regex::new(pattern).context(|| "a phrase".into())?, instead));
    SLIPS.iter().map(compile).collect()
}

/// Each slip with its line. A sentence continues over the lines of its comment or paragraph.
fn find(text: &str, markdown: bool, slips: &[Slip]) -> Vec<String> {
    let mut findings = Vec::new();
    let (mut prose, mut starts) = (String::new(), Vec::new());
    let mut fenced = false;
    // The line after the last one ends the last paragraph.
    for (number, line) in text.lines().chain([""]).enumerate() {
        fenced ^= markdown && line.starts_with("```");
        let words = if markdown { Some(line).filter(|_| !fenced) } else { comment(line) };
        match words.map(str::trim).filter(|words| !words.is_empty()) {
            Some(words) => {
                starts.push((prose.len(), number + 1));
                prose.extend([words, " "]);
            }
            None => {
                for (slip, instead) in slips {
                    for found in slip.find_iter(&prose) {
                        let line = starts.iter().rfind(|(start, _)| *start <= found.start());
                        let line = line.map_or(0, |(_, line)| *line);
                        findings.push(format!("{line}: \"{}\": {instead}", found.as_str().trim()));
                    }
                }
                prose.clear();
                starts.clear();
            }
        }
    }
    findings
}

/// The words of a line's comment.
fn comment(line: &str) -> Option<&str> {
    let (code, comment) = line.split_once("//")?;
    // Behind code there is a space before it: not in "https://".
    (code.is_empty() || code.ends_with(' ')).then(|| comment.trim_start_matches(['/', '!']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_found_with_its_line() -> Result<()> {
        let slips = slips()?;
        let code = "let who = 1; // the caller's\n/// Wakes the first waiter and\n/// who waits. Never for no\n/// reason.\n";
        let found = find(code, false, &slips);
        assert_eq!(
            found,
            [format!("2: \"and who waits\": {NAME}"), "3: \"for no reason\": write spurious".into()]
        );
        let page = "# A\n\nIt wakes up for\nno reason.\n\n```rust\n// for no reason\n```\n";
        assert_eq!(find(page, true, &slips), ["3: \"for no reason\": write spurious"]);
        Ok(())
    }

    #[test]
    fn stubs_keep_their_words() {
        let ours = |file| is_ours(Path::new(file));
        assert!(ours("README.md") && ours("crates/a/src/b.rs") && ours("crates/a/exercises/e1_b.md"));
        assert!(!ours("crates/a/exercises/e1_b.rs") && !ours("crates/a/grading/e1_b/stub.rs"));
    }
}
