//! The code blocks of a page, with the parser and the options that mdBook itself uses.

use std::ops::Range;

use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

/// A code block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// What follows the opening backticks; `None` for a block made by indentation.
    pub info: Option<String>,
    /// The block's bytes in the page.
    pub range: Range<usize>,
    /// The line of its beginning, counted from 1.
    pub line: usize,
    /// Its lines, each with its number in the page.
    pub lines: Vec<(usize, String)>,
    /// Whether the page ends the block, instead of the block the page.
    pub closed: bool,
}

impl Fence {
    /// The language: the first word of the info string.
    pub fn language(&self) -> &str {
        self.info.as_deref().unwrap_or_default().split([',', ' ', '\t']).next().unwrap_or_default()
    }

    /// Adds a piece of the content. The parser may cut a line in two, at a tab or before its end.
    fn add(&mut self, first: usize, content: &str) {
        for (index, piece) in content.lines().enumerate() {
            match self.lines.last_mut() {
                Some((number, line)) if *number == first + index => line.push_str(piece),
                _ => self.lines.push((first + index, piece.to_owned())),
            }
        }
    }

    /// The block's text.
    pub fn text(&self) -> String {
        self.lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n")
    }
}

/// All code blocks of a page, in order.
pub fn fences(text: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut open: Option<Fence> = None;
    for (event, range) in new_cmark_parser(text, &MarkdownOptions::default()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => Some(info.trim().to_owned()),
                    CodeBlockKind::Indented => None,
                };
                let line = crate::page::line(text, range.start);
                let closed = is_closed(text.get(range.clone()).unwrap_or_default());
                open = Some(Fence { info, range, line, lines: Vec::new(), closed });
            }
            Event::Text(content) => {
                if let Some(fence) = &mut open {
                    fence.add(crate::page::line(text, range.start), &content);
                }
            }
            Event::End(TagEnd::CodeBlock) => fences.extend(open.take()),
            _ => {}
        }
    }
    fences
}

/// Whether a block's last line closes it; in a quote or a list, the mark comes after `>` and blanks.
fn is_closed(block: &str) -> bool {
    let last = block.trim_end().lines().skip(1).last().unwrap_or_default();
    is_mark(last.trim_start_matches(['>', ' ', '\t']))
}

/// Whether a line begins or ends a fence.
pub fn is_mark(line: &str) -> bool {
    let mark = line.trim_start_matches(' ');
    line.len() - mark.len() < 4 && (mark.starts_with("```") || mark.starts_with("~~~"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_numbers() {
        let found = fences("a\n\n```rust,ignore\none\n\ntwo\n```\n\n> ```text\n> three\n> ```\n");
        let lines: Vec<_> = found.iter().flat_map(|fence| fence.lines.clone()).collect();
        let expected = [(4, "one"), (5, ""), (6, "two"), (10, "three")];
        assert_eq!(lines, expected.map(|(line, text)| (line, text.to_owned())));
        assert_eq!(
            found.iter().map(|fence| (fence.language(), fence.line)).collect::<Vec<_>>(),
            [("rust", 3), ("text", 9)]
        );
        assert!(found.iter().all(|fence| fence.closed));
    }

    #[test]
    fn an_open_end_and_an_indented_block_are_seen() {
        assert!(fences("```text\na\n").iter().all(|fence| !fence.closed));
        assert!(fences("```text\n").iter().all(|fence| !fence.closed));
        assert_eq!(fences("a\n\n    code\n").first().map(|fence| fence.info.clone()), Some(None));
    }
}
