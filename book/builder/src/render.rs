//! mdBook builds the book.

use std::path::Path;

use anyhow::{Result, bail};
use mdbook_driver::MDBook;

use crate::log::{Entry, capture};
use crate::repo::Repo;

/// Builds the book into `folder`, an absolute path, and returns the warnings and errors that mdBook logged.
///
/// # Errors
///
/// If mdBook gives up.
pub fn render(repo: &Repo, folder: &Path) -> Result<Vec<Entry>> {
    let book = repo.book();
    if !book.join("book.toml").is_file() {
        bail!("{}: no book.toml", repo.show(&book));
    }
    let (result, log) = capture(|| {
        let mut book = MDBook::load(book)?;
        book.config.build.build_dir = folder.to_owned();
        book.build()
    });
    match result {
        Ok(()) => Ok(log),
        Err(error) => Err(log.into_iter().fold(error, |error, entry| error.context(entry.to_string()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn a_missing_include_is_in_the_log() -> Result<()> {
        let (folder, repo) = testing::repo(&[
            ("book/book.toml", ""),
            ("book/src/SUMMARY.md", "- [A](a.md)\n"),
            ("book/src/a.md", "{{#include b.rs}}\n"),
        ])?;
        let log = render(&repo, &folder.path().join("build"))?;
        assert!(log.iter().any(|entry| entry.error && entry.message.contains("b.rs")), "{log:?}");
        Ok(())
    }
}
