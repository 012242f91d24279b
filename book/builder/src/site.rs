//! The built book beside its sources.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::files;
use crate::finding::Finding;
use crate::html::Built;
use crate::page::Page;
use crate::repo::Repo;

/// The built book.
#[derive(Debug)]
pub struct Site {
    /// Where it was built.
    pub folder: PathBuf,
    /// Its chapters: the source, and the built page's path from `folder`.
    pub chapters: Vec<(Page, PathBuf)>,
    /// All its pages, mdBook's own among them, by their path from `folder`.
    pub built: BTreeMap<PathBuf, Built>,
}

impl Site {
    /// Reads a build of these pages. A page outside the book's sources is part of another one and has no own
    /// build; one that `SUMMARY.md` does not name has none either, which is the summary check's finding.
    ///
    /// # Errors
    ///
    /// If the build cannot be read.
    pub fn read(repo: &Repo, folder: &Path, pages: Vec<Page>) -> Result<Self> {
        let mut built = BTreeMap::new();
        for file in files::with_extension(folder, "html")? {
            let path = file.strip_prefix(folder).unwrap_or(&file).to_owned();
            built.insert(path, Built::parse(&fs::read_to_string(&file)?));
        }
        let mut chapters = Vec::new();
        for page in pages {
            let Ok(path) = page.file.strip_prefix(repo.src()) else { continue };
            let path = match path.file_stem() {
                Some(stem) if stem.eq_ignore_ascii_case("README") => path.with_file_name("index.html"),
                _ => path.with_extension("html"),
            };
            if built.contains_key(&path) {
                chapters.push((page, path));
            }
        }
        Ok(Self { folder: folder.to_owned(), chapters, built })
    }

    /// The chapters with what was built of them.
    pub fn chapters(&self) -> impl Iterator<Item = (&Page, &Path, &Built)> {
        self.chapters.iter().filter_map(|(page, path)| Some((page, path.as_path(), self.built.get(path)?)))
    }
}

/// A finding about something that a built page shows, in the line of the source that has one of these words,
/// if any.
pub fn finding(page: &Page, words: &[&str], message: String) -> Finding {
    let place = words.iter().filter(|word| !word.is_empty()).find_map(|word| page.text.find(word));
    match place {
        Some(offset) => Finding::at(&page.shown, page.line(offset), message),
        None => Finding::of(&page.shown, message),
    }
}

#[cfg(test)]
pub mod testing {
    //! A built book for the tests of the checks that read one.

    use super::*;
    use crate::render::render;
    use crate::testing::repo;

    /// The site of one chapter `a.md` with this text, beside `sub/b.md`, which has the heading `Queues`.
    pub fn site(text: &str) -> Result<(tempfile::TempDir, Site)> {
        let (folder, repo) = repo(&[
            ("book/book.toml", ""),
            ("book/src/SUMMARY.md", "- [A](a.md)\n- [B](sub/b.md)\n"),
            ("book/src/a.md", text),
            ("book/src/sub/b.md", "# Queues\n"),
            ("book/src/picture.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ])?;
        let build = repo.root().join("build");
        render(&repo, &build)?;
        let site = Site::read(&repo, &build, crate::page::pages(&repo)?)?;
        Ok((folder, site))
    }
}
