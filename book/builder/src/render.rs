//! mdBook builds the book.

use std::fs;
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

/// Refuses a folder that mdBook must not write to: it empties its destination first.
///
/// # Errors
///
/// If the folder holds anything but an earlier build, or lies inside the book's sources.
pub fn accept(repo: &Repo, folder: &Path) -> Result<()> {
    if folder.starts_with(repo.src()) {
        bail!("{}: lies inside the book's sources; choose another folder", folder.display());
    }
    if !folder.exists() {
        return Ok(());
    }
    let Ok(mut entries) = fs::read_dir(folder) else {
        bail!("{}: is no folder; choose another place", folder.display());
    };
    let built = folder.join("toc.html").is_file() && folder.join(".nojekyll").is_file();
    if !built && entries.next().is_some() {
        bail!("{}: is neither empty nor an earlier build; choose another folder", folder.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn only_an_empty_folder_or_an_earlier_build_is_overwritten() -> Result<()> {
        let (folder, repo) = testing::repo(&[
            ("book/book.toml", ""),
            ("book/src/SUMMARY.md", "- [A](a.md)\n"),
            ("book/src/a.md", "# A\n"),
            ("home/letters.txt", "dear"),
        ])?;
        let build = folder.path().join("build");
        accept(&repo, &build)?;
        assert_eq!(render(&repo, &build)?, []);
        accept(&repo, &build)?;
        assert!(accept(&repo, &repo.root().join("home")).is_err());
        assert!(accept(&repo, &repo.root().join("home/letters.txt")).is_err());
        assert!(accept(&repo, &repo.src().join("build")).is_err());
        Ok(())
    }

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
