//! `SUMMARY.md` names every page, and the lessons in their order, numbered as the lessons are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use mdbook_summary::{Link, Summary, SummaryItem, parse_summary};

use crate::files;
use crate::finding::Finding;
use crate::repo::Repo;

/// The findings of the summary.
///
/// # Errors
///
/// If `SUMMARY.md`, or the workspace's list of the lessons, cannot be read.
pub fn check(repo: &Repo) -> Result<Vec<Finding>> {
    let file = repo.src().join("SUMMARY.md");
    let shown = repo.show(&file);
    let text = fs::read_to_string(&file).with_context(|| format!("{shown}: cannot read"))?;
    let summary = match parse_summary(&text) {
        Ok(summary) => summary,
        Err(error) => return Ok(vec![Finding::of(&shown, format!("mdBook cannot read it: {error:#}"))]),
    };
    let check = Check { repo, shown, text };
    let mut findings = check.files(&summary)?;
    findings.extend(check.lessons(&summary, &lessons(repo)?));
    Ok(findings)
}

/// The crates of the lessons, in order: `[workspace.metadata] lessons`.
fn lessons(repo: &Repo) -> Result<Vec<String>> {
    let file = repo.root().join("Cargo.toml");
    let shown = repo.show(&file);
    let text = fs::read_to_string(&file).with_context(|| format!("{shown}: cannot read"))?;
    let manifest: toml::Table = text.parse().with_context(|| format!("{shown}: cannot read"))?;
    let lessons = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("metadata")?.get("lessons")?.as_array())
        .with_context(|| format!("{shown}: no lessons = […] in [workspace.metadata]"))?;
    Ok(lessons.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
}

struct Check<'book> {
    repo: &'book Repo,
    shown: String,
    text: String,
}

impl Check<'_> {
    /// Every named file exists, and every file is named.
    fn files(&self, summary: &Summary) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        let mut named = BTreeSet::new();
        let all = [&summary.prefix_chapters, &summary.numbered_chapters, &summary.suffix_chapters];
        for link in all.into_iter().flat_map(|items| links(items)) {
            let Some(location) = &link.location else { continue };
            let file = self.repo.src().join(location);
            if !file.is_file() {
                let message =
                    format!("{}: there is no such chapter; write it or leave `()`", location.display());
                findings.push(self.at(link, message));
            }
            named.insert(file.canonicalize().unwrap_or(file));
        }
        for file in files::with_extension(&self.repo.src(), "md")? {
            if !named.contains(&file) && file != self.repo.src().join("SUMMARY.md") {
                findings
                    .push(Finding::of(&self.repo.show(&file), "no page of the book; name it in SUMMARY.md"));
            }
        }
        Ok(findings)
    }

    /// The numbered chapters are the lessons.
    fn lessons(&self, summary: &Summary, lessons: &[String]) -> Vec<Finding> {
        let mut findings = Vec::new();
        let chapters: Vec<&Link> = top(&summary.numbered_chapters).collect();
        if chapters.len() != lessons.len() {
            let message = format!(
                "{} numbered chapters; there must be {}, one a lesson; others go before or after the list",
                chapters.len(),
                lessons.len()
            );
            findings.push(Finding::of(&self.shown, message));
        }
        for (index, (chapter, lesson)) in chapters.into_iter().zip(lessons).enumerate() {
            let name = format!("{:02}-{lesson}.md", index + 1);
            let crate_there = self.repo.root().join("crates").join(lesson).join("Cargo.toml").is_file();
            let message = match &chapter.location {
                Some(location) if location == Path::new(&name) => continue,
                Some(location) => {
                    format!("{}: chapter {} must be {name}", location.display(), index + 1)
                }
                None if self.repo.src().join(&name).is_file() => {
                    format!("a draft, but {name} is there; write ({name}) in place of ()")
                }
                None if crate_there => format!("crates/{lesson} is there; write its chapter, {name}"),
                None => continue,
            };
            findings.push(self.at(chapter, message));
        }
        findings
    }

    /// A finding in a chapter's line.
    fn at(&self, link: &Link, message: String) -> Finding {
        let location = link.location.as_ref().map(|location| location.display().to_string());
        let entry = format!("[{}]({})", link.name, location.unwrap_or_default());
        match self.text.lines().position(|line| line.contains(&entry)) {
            Some(index) => Finding::at(&self.shown, index + 1, message),
            None => Finding::of(&self.shown, format!("{entry}: {message}")),
        }
    }
}

fn top(items: &[SummaryItem]) -> impl Iterator<Item = &Link> {
    items.iter().filter_map(|item| match item {
        SummaryItem::Link(link) => Some(link),
        _ => None,
    })
}

/// All chapters, those inside others too.
fn links(items: &[SummaryItem]) -> Vec<&Link> {
    top(items).flat_map(|link| std::iter::once(link).chain(links(&link.nested_items))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const CARGO: &str = "[workspace.metadata]\nlessons = [\"a\", \"b\", \"c\"]\n";

    /// The findings for these lines before `- [C]()`, with `01-a.md`, `crates/a` and more files there.
    fn findings(first: &str, more: &[&str]) -> Result<Vec<Finding>> {
        let summary = format!("# Summary\n{first}- [C]()\n");
        let mut files = vec![
            ("Cargo.toml", CARGO),
            ("book/src/SUMMARY.md", summary.as_str()),
            ("book/src/01-a.md", "# A\n"),
            ("crates/a/Cargo.toml", ""),
        ];
        files.extend(more.iter().map(|path| (*path, "")));
        let (_folder, repo) = testing::repo(&files)?;
        check(&repo)
    }

    #[test]
    fn a_list_of_lessons_passes() -> Result<()> {
        let good = "[Intro](intro.md)\n\n- [A](01-a.md)\n    - [More](more.md)\n- [B]()\n";
        assert_eq!(findings(good, &["book/src/intro.md", "book/src/more.md"])?, []);
        Ok(())
    }

    #[test]
    fn every_defect_is_found() -> Result<()> {
        let good = "- [A](01-a.md)\n- [B]()\n";
        testing::one(&findings(good, &["crates/b/Cargo.toml"])?, 3, "write its chapter, 02-b.md");
        testing::one(&findings("- [A](01-a.md)\n- [B](02-b.md)\n", &[])?, 3, "no such chapter");
        testing::one(&findings("- [A](01-a.md)\n- [B](b.md)\n", &["book/src/b.md"])?, 3, "must be 02-b.md");
        let missing = findings("- [A](01-a.md)\n", &[])?;
        assert!(missing.iter().any(|finding| finding.message.contains("2 numbered")), "{missing:?}");
        let draft = findings(good, &["book/src/02-b.md"])?;
        assert!(draft.iter().any(|finding| finding.message.contains("a draft, but")), "{draft:?}");
        let unnamed = findings(good, &["book/src/extra/notes.md"])?;
        assert_eq!(
            unnamed,
            [Finding::of("book/src/extra/notes.md", "no page of the book; name it in SUMMARY.md")]
        );
        Ok(())
    }
}
