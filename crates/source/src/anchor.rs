//! mdBook's anchors: the lines between `ANCHOR: name` and `ANCHOR_END: name`.

use std::fmt;

/// The lines of an anchor.
#[derive(Debug, PartialEq, Eq)]
pub struct Anchor<'a> {
    /// The number of the first line, from 1.
    pub first: usize,
    /// Without the marks of other anchors.
    pub lines: Vec<&'a str>,
}

/// A file that does not have the anchor, or not once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnchorError {
    /// A mark is missing: `ANCHOR: name` or `ANCHOR_END: name`.
    Missing(String),
    /// A mark stands in two lines.
    Twice(String, usize, usize),
    /// The end, in the first of these lines, stands before the beginning.
    EndsBefore(String, usize, usize),
}

impl fmt::Display for AnchorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AnchorError::Missing(mark) => {
                write!(f, "no `{mark}` in the file; mend the name or mark the lines")
            }
            AnchorError::Twice(mark, first, second) => {
                write!(f, "`{mark}` in line {first} and again in line {second}; keep one")
            }
            AnchorError::EndsBefore(name, end, start) => {
                write!(f, "`ANCHOR_END: {name}` in line {end} stands before `ANCHOR: {name}` in line {start}")
            }
        }
    }
}

impl std::error::Error for AnchorError {}

/// The lines of the anchor `name`, which begins once and ends once.
///
/// # Errors
///
/// Which mark is missing, stands there twice or in the wrong order.
pub fn find<'a>(text: &'a str, name: &str) -> Result<Anchor<'a>, AnchorError> {
    let start = only(text, START, name)?;
    let end = only(text, END, name)?;
    if end < start {
        return Err(AnchorError::EndsBefore(name.to_owned(), end, start));
    }
    let inside = text.lines().skip(start).take(end - start - 1);
    Ok(Anchor { first: start + 1, lines: inside.filter(|line| !is_mark(line)).collect() })
}

/// Whether the line begins or ends an anchor.
pub fn is_mark(line: &str) -> bool {
    named(line, START).or(named(line, END)).is_some()
}

const START: &str = "ANCHOR:";
const END: &str = "ANCHOR_END:";

/// The number of the one line with this mark.
fn only(text: &str, mark: &str, name: &str) -> Result<usize, AnchorError> {
    let lines = text.lines().enumerate().filter(|(_, line)| named(line, mark) == Some(name));
    let lines: Vec<usize> = lines.map(|(index, _)| index + 1).collect();
    match *lines {
        [] => Err(AnchorError::Missing(format!("{mark} {name}"))),
        [line] => Ok(line),
        [first, second, ..] => Err(AnchorError::Twice(format!("{mark} {name}"), first, second)),
    }
}

/// The name that follows the mark in this line.
fn named<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let (_, after) = line.split_once(mark)?;
    let after = after.trim_start();
    let end = after.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(after.len());
    Some(&after[..end]).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_begins_once_and_ends_once_in_this_order() {
        let text = "// ANCHOR: a\nx\n// ANCHOR: ab\ny\n// ANCHOR_END: a\n";
        assert_eq!(find(text, "a"), Ok(Anchor { first: 2, lines: vec!["x", "y"] }));
        for (text, why) in [
            ("x\n", "no `ANCHOR: a` in the file"),
            ("// ANCHOR: a\nx\n", "no `ANCHOR_END: a` in the file"),
            (
                "// ANCHOR: a\nx\n// ANCHOR_END: a\n// ANCHOR: a\n",
                "`ANCHOR: a` in line 1 and again in line 4",
            ),
            ("// ANCHOR_END: a\nx\n// ANCHOR: a\n", "`ANCHOR_END: a` in line 1 stands before"),
        ] {
            let error = find(text, "a").unwrap_err().to_string();
            assert!(error.starts_with(why), "{error}");
        }
    }

    #[test]
    fn a_mark_has_a_name() {
        assert!(is_mark("<!-- ANCHOR: a-b -->") && is_mark("  # ANCHOR_END:a"));
        assert!(!is_mark("// ANCHOR:") && !is_mark("// the ANCHOR lines"));
    }
}
