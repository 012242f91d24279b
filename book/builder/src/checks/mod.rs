//! The checks, one file each, and what they found together.

pub mod compiled;
pub mod fences;
pub mod headings;
pub mod includes;
pub mod leftovers;
pub mod links;
pub mod outputs;
pub mod summary;

use std::fmt;

use anyhow::Result;

use crate::finding::Finding;
use crate::git;
use crate::page;
use crate::render;
use crate::repo::Repo;
use crate::site::Site;

/// The result of checking the whole book.
#[derive(Debug, Default)]
pub struct Report {
    /// All findings, by place.
    pub findings: Vec<Finding>,
    /// What was not checked, and why.
    pub skipped: Vec<String>,
    pages: usize,
    includes: usize,
    links: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "book: {}, ", count(self.pages, "page"))?;
        write!(out, "{}, {}, ", count(self.includes, "include"), count(self.links, "link"))?;
        match self.findings.len() {
            0 => write!(out, "no findings"),
            some => write!(out, "{}", count(some, "finding")),
        }
    }
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Runs every check on the repository's book. The book is built into a temporary folder for the checks
/// that read HTML.
///
/// # Errors
///
/// If the book's own files cannot be read. A book that mdBook cannot build is a finding.
pub fn run(repo: &Repo) -> Result<Report> {
    let mut report = Report::default();
    let pages = page::pages(repo)?;
    let known = git::known_files(repo);
    if known.is_none() {
        report.skipped.push("this is no git checkout: ignored files are not told from the others".to_owned());
    }
    report.pages = pages.len();
    for page in &pages {
        report.includes += page.includes().count();
        report.findings.extend(fences::check(page));
        report.findings.extend(includes::check(repo, known.as_ref(), page));
        report.findings.extend(compiled::check(repo, page));
        report.findings.extend(outputs::check(page));
    }
    report.findings.extend(summary::check(repo)?);

    let folder = tempfile::tempdir()?;
    match render::render(repo, folder.path()) {
        Ok(log) => {
            let said = log.into_iter().map(|entry| Finding::of("book/book.toml", entry.to_string()));
            report.findings.extend(said);
            let site = Site::read(repo, folder.path(), pages)?;
            let (links, findings) = links::check(&site);
            report.links = links;
            report.findings.extend(findings);
            report.findings.extend(headings::check(&site));
            report.findings.extend(leftovers::check(&site));
        }
        Err(error) => {
            report.skipped.push("the book does not build: the checks of its HTML did not run".to_owned());
            report
                .findings
                .push(Finding::of("book/book.toml", format!("mdBook cannot build the book: {error:#}")));
        }
    }
    report.findings.sort();
    report.findings.dedup();
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts() {
        let mut report = Report { pages: 3, includes: 1, links: 20, ..Report::default() };
        assert_eq!(report.to_string(), "book: 3 pages, 1 include, 20 links, no findings");
        report.findings.push(Finding::of("a", "b"));
        assert_eq!(report.to_string(), "book: 3 pages, 1 include, 20 links, 1 finding");
    }
}
