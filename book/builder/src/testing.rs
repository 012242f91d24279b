//! What the unit tests share: a repository in a temporary folder.

use std::fs;
use std::path::Path;

use anyhow::Result;
use tempfile::TempDir;

use crate::finding::Finding;
use crate::page::Page;
use crate::repo::Repo;

/// A repository of these files; the folder lives as long as its handle.
pub fn repo(files: &[(&str, &str)]) -> Result<(TempDir, Repo)> {
    let folder = tempfile::tempdir()?;
    for (path, text) in files {
        write(folder.path(), path, text)?;
    }
    let repo = Repo::at(folder.path())?;
    Ok((folder, repo))
}

/// Writes one file and the folders that lead to it.
pub fn write(root: &Path, path: &str, text: &str) -> Result<()> {
    let path = root.join(path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)?;
    Ok(())
}

/// A page of this text that has no file.
pub fn page(text: &str) -> Page {
    Page::new("page.md".into(), "page.md".to_owned(), text.to_owned())
}

/// Asserts that there is exactly one finding, in this line, that says this.
#[track_caller]
pub fn one(findings: &[Finding], line: usize, words: &str) {
    let [only] = findings else { panic!("one finding expected: {findings:#?}") };
    assert_eq!(only.line, Some(line), "{only}");
    assert!(only.message.contains(words), "{only}");
}
