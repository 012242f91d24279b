//! What is different between two texts.

use anstyle::Style;
use similar::{ChangeTag, TextDiff};

use crate::screen::{BAD, DIM, GOOD};

/// Lines around each difference.
const CONTEXT: usize = 2;

/// The lines that differ, with a sign in front of each, and those around them.
pub fn changes(before: &str, after: &str) -> Vec<(Style, String)> {
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        if !lines.is_empty() {
            lines.push((DIM, "  ...".to_owned()));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (style, sign) = match change.tag() {
                ChangeTag::Delete => (BAD, '-'),
                ChangeTag::Insert => (GOOD, '+'),
                ChangeTag::Equal => (DIM, ' '),
            };
            lines.push((style, format!("{sign} {}", change.value().trim_end())));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::changes;

    #[test]
    fn changes_have_their_signs() {
        let lines: Vec<String> =
            changes("a\nb\nc\n", "a\nB\nc\n").into_iter().map(|(_, line)| line).collect();
        assert_eq!(lines, ["  a", "- b", "+ B", "  c"]);
    }
}
