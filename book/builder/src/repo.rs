//! Where things are: the repository, the book inside it, and a path as a finding shows it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The repository that the book belongs to.
#[derive(Debug, Clone)]
pub struct Repo {
    root: PathBuf,
}

impl Repo {
    /// The repository at `root`, the folder that holds `book/` and the workspace's `Cargo.toml`.
    ///
    /// # Errors
    ///
    /// If there is no such folder. Its real path is taken, so that an include which leaves the
    /// repository is found.
    pub fn at(root: &Path) -> Result<Self> {
        let root = root.canonicalize().with_context(|| format!("{}: no such folder", root.display()))?;
        Ok(Self { root })
    }

    /// The repository's own folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder with `book.toml`.
    pub fn book(&self) -> PathBuf {
        self.root.join("book")
    }

    /// The folder with `SUMMARY.md` and the chapters.
    pub fn src(&self) -> PathBuf {
        self.book().join("src")
    }

    /// A path as findings and git spell it: from the repository's root, with `/`.
    pub fn show(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        path.to_string_lossy().replace('\\', "/")
    }
}
