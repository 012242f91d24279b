//! The Markdown that the book is made of: its chapters, and the Markdown files that they include.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::directive::{self, Directive, Include, Kind};
use crate::fence::{self, Fence};
use crate::files;
use crate::repo::Repo;

/// A Markdown file with what the checks look at.
#[derive(Debug)]
pub struct Page {
    /// The file.
    pub file: PathBuf,
    /// The file as findings show it.
    pub shown: String,
    /// Its text.
    pub text: String,
    /// Its code blocks.
    pub fences: Vec<Fence>,
    /// Its `{{#…}}` directives.
    pub directives: Vec<Directive>,
}

impl Page {
    /// A page from its text.
    pub fn new(file: PathBuf, shown: String, text: String) -> Self {
        let (fences, directives) = (fence::fences(&text), directive::directives(&text));
        Self { file, shown, text, fences, directives }
    }

    /// The line of a byte of the text, counted from 1.
    pub fn line(&self, offset: usize) -> usize {
        line(&self.text, offset)
    }

    /// The file that an include of this page names.
    pub fn target(&self, include: &Include) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(&include.path)
    }

    /// The page's includes, each with the byte where it begins.
    pub fn includes(&self) -> impl Iterator<Item = (usize, &Include)> {
        self.directives.iter().filter_map(|directive| match &directive.kind {
            Kind::Include(include) => Some((directive.start, include)),
            _ => None,
        })
    }

    /// The code block around a byte of the text.
    pub fn fence_at(&self, offset: usize) -> Option<&Fence> {
        self.fences.iter().find(|fence| fence.range.contains(&offset))
    }

    /// Markdown that becomes part of this page, since it is included outside a code block.
    fn inner_pages(&self) -> impl Iterator<Item = PathBuf> {
        let markdown = |(start, include): &(usize, &Include)| {
            include.path.ends_with(".md") && self.fence_at(*start).is_none()
        };
        self.includes().filter(markdown).map(|(_, include)| self.target(include))
    }
}

/// The line of a byte of a text, counted from 1.
pub fn line(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// All pages, chapters first. An included file that cannot be read is left to the includes check.
///
/// # Errors
///
/// If a chapter cannot be read.
pub fn pages(repo: &Repo) -> Result<Vec<Page>> {
    let mut seen = BTreeSet::new();
    let mut pages = Vec::new();
    for file in files::with_extension(&repo.src(), "md")? {
        if file == repo.src().join("SUMMARY.md") {
            continue;
        }
        let text = fs::read_to_string(&file).with_context(|| format!("{}: cannot read", repo.show(&file)))?;
        seen.insert(file.clone());
        pages.push(Page::new(file.clone(), repo.show(&file), text));
    }
    let mut inner: Vec<PathBuf> = pages.iter().flat_map(Page::inner_pages).collect();
    while let Some(file) = inner.pop() {
        let Ok(file) = file.canonicalize() else { continue };
        let Ok(text) = fs::read_to_string(&file) else { continue };
        if seen.insert(file.clone()) {
            let page = Page::new(file.clone(), repo.show(&file), text);
            inner.extend(page.inner_pages());
            pages.push(page);
        }
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn markdown_that_a_chapter_includes_is_a_page_too() -> Result<()> {
        let (_folder, repo) = testing::repo(&[
            ("book/src/SUMMARY.md", ""),
            (
                "book/src/a.md",
                "{{#include ../../crates/a/e1.md}}\n\n```text\n{{#include ../../crates/a/e2.md}}\n```\n",
            ),
            ("crates/a/e1.md", "{{#include e3.md}}"),
            ("crates/a/e2.md", "as text"),
            ("crates/a/e3.md", "{{#include e1.md}}"),
        ])?;
        let shown: Vec<String> = pages(&repo)?.into_iter().map(|page| page.shown).collect();
        assert_eq!(shown, ["book/src/a.md", "crates/a/e1.md", "crates/a/e3.md"]);
        Ok(())
    }
}
