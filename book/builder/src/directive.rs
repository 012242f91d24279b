//! mdBook's `{{#include …}}` and its relatives, read as mdBook reads them.

use std::sync::LazyLock;

use regex::Regex;

/// mdBook's own grammar: an escaped directive, or a name and the rest up to the braces. The third way is what
/// mdBook would leave standing in the text.
static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\\\{\{#.*\}\}|\{\{\s*#([a-zA-Z0-9_]+)\s+([^}]+)\}\}|\{\{\s*#").expect("a valid pattern")
});

/// One directive of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// What it asks for.
    pub kind: Kind,
}

/// What a directive asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `{{#include …}}` or `{{#rustdoc_include …}}`.
    Include(Include),
    /// `{{#title …}}`, which sets the page's title.
    Title,
    /// A directive of another name.
    Other(String),
    /// A beginning `{{#` with no proper end.
    Broken,
}

/// The text that an include takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The file, from the page's folder.
    pub path: String,
    /// The part of it.
    pub part: Part,
}

/// The part of a file that an include takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// The lines between `ANCHOR: name` and `ANCHOR_END: name`.
    Anchor(String),
    /// Lines counted from 1, both ends included; no end means up to the last line.
    Lines(usize, Option<usize>),
    /// Neither: mdBook would take something unasked for.
    Bad(String),
}

/// All directives of a text, in order. An escaped one (`\{{#…}}`) is text, not a directive.
pub fn directives(text: &str) -> Vec<Directive> {
    DIRECTIVE
        .captures_iter(text)
        .filter_map(|found| {
            let all = found.get(0)?;
            if all.as_str().starts_with('\\') {
                return None;
            }
            let kind = match (found.get(1), found.get(2)) {
                (Some(name), Some(rest)) => kind(name.as_str(), rest.as_str()),
                _ => Kind::Broken,
            };
            Some(Directive { start: all.start(), end: all.end(), kind })
        })
        .collect()
}

/// The includes of a line that holds nothing else, or `None` for any other line.
pub fn only_includes(line: &str) -> Option<Vec<Include>> {
    let mut rest = String::new();
    let mut past = 0;
    let mut includes = Vec::new();
    for directive in directives(line) {
        let Kind::Include(include) = directive.kind else { return None };
        rest.push_str(line.get(past..directive.start)?);
        past = directive.end;
        includes.push(include);
    }
    rest.push_str(line.get(past..)?);
    (rest.trim().is_empty() && !includes.is_empty()).then_some(includes)
}

fn kind(name: &str, rest: &str) -> Kind {
    match (name, rest.split_whitespace().next()) {
        ("title", _) => Kind::Title,
        ("include" | "rustdoc_include", Some(argument)) => {
            let (path, part) = match argument.split_once(':') {
                Some((path, part)) => (path, self::part(part)),
                None => (argument, Part::Whole),
            };
            Kind::Include(Include { path: path.to_owned(), part })
        }
        ("include" | "rustdoc_include", None) => Kind::Broken,
        _ => Kind::Other(name.to_owned()),
    }
}

fn part(text: &str) -> Part {
    let mut pieces = text.splitn(3, ':');
    let (first, second) = (pieces.next().unwrap_or_default(), pieces.next());
    let from = match first.parse::<usize>() {
        Ok(line) => Some(line),
        Err(_) if first.is_empty() => None,
        Err(_) if second.is_none() => return Part::Anchor(first.to_owned()),
        Err(_) => return Part::Bad(text.to_owned()),
    };
    match (from, second, pieces.next()) {
        (_, _, Some(_)) | (None, None, _) => Part::Bad(text.to_owned()),
        (Some(line), None, None) => Part::Lines(line, Some(line)),
        (from, Some(""), None) => Part::Lines(from.unwrap_or(1), None),
        (from, Some(to), None) => match to.parse() {
            Ok(to) => Part::Lines(from.unwrap_or(1), Some(to)),
            Err(_) => Part::Bad(text.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<Kind> {
        directives(text).into_iter().map(|directive| directive.kind).collect()
    }

    fn include(path: &str, part: Part) -> Kind {
        Kind::Include(Include { path: path.to_owned(), part })
    }

    #[test]
    fn every_form_of_an_include_is_read() {
        for (text, part) in [
            ("", Part::Whole),
            (":show", Part::Anchor("show".to_owned())),
            (":2:10", Part::Lines(2, Some(10))),
            (":2", Part::Lines(2, Some(2))),
            (":2:", Part::Lines(2, None)),
            ("::10", Part::Lines(1, Some(10))),
            (":2:end", Part::Bad("2:end".to_owned())),
            (":show:2", Part::Bad("show:2".to_owned())),
            (":", Part::Bad(String::new())),
        ] {
            assert_eq!(
                parts(&format!("{{{{#include ../a.rs{text}}}}}")),
                [include("../a.rs", part)],
                "{text}"
            );
        }
        assert_eq!(parts("{{ #rustdoc_include a.rs }}"), [include("a.rs", Part::Whole)]);
    }

    #[test]
    fn escaped_is_text_and_broken_is_seen() {
        assert_eq!(parts(r"\{{#include a.rs}}"), []);
        assert_eq!(parts("{{#include a.rs"), [Kind::Broken]);
        assert_eq!(parts("{{#include}}"), [Kind::Broken]);
        assert_eq!(
            parts("{{#playground a.rs}} {{#title A}}"),
            [Kind::Other("playground".to_owned()), Kind::Title]
        );
    }

    #[test]
    fn a_line_of_includes_is_told_from_one_with_more() {
        assert_eq!(only_includes("  {{#include a.rs}} ").map(|all| all.len()), Some(1));
        assert_eq!(only_includes("{{#include a.rs}} // typed"), None);
        assert_eq!(only_includes("{{#title a}}"), None);
        assert_eq!(only_includes(""), None);
    }
}
