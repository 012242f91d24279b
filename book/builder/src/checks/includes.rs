//! Every include takes some text from a file that is in every clone.
//!
//! mdBook only logs a missing file and takes a missing anchor for an empty text.

use std::collections::BTreeSet;
use std::fs;

use crate::directive::{Include, Kind};
use crate::fence;
use crate::finding::Finding;
use crate::page::Page;
use crate::part;
use crate::repo::Repo;

/// The findings of one page. `known` are the files that git tracks or would track, if there is a git to ask.
pub fn check(repo: &Repo, known: Option<&BTreeSet<String>>, page: &Page) -> Vec<Finding> {
    let messages = page.directives.iter().filter_map(|directive| {
        let message = match &directive.kind {
            Kind::Include(include) => {
                let in_fence = page.fence_at(directive.start).is_some();
                if in_fence && is_indented(page, directive.start) {
                    "an include inside a list or a quote: only its first line would be; move the fence to the margin".into()
                } else {
                    include_problem(repo, known, page, include, in_fence)?
                }
            }
            Kind::Title => return None,
            Kind::Other(name) => {
                format!("{{{{#{name} …}}}}: only include, rustdoc_include and title are used here")
            }
            Kind::Broken => {
                "a {{# that mdBook does not read: write {{#include path}}, or \\{{#…}} to show one".into()
            }
        };
        Some((directive.start, message))
    });
    messages.map(|(start, message)| Finding::at(&page.shown, page.line(start), message)).collect()
}

fn include_problem(
    repo: &Repo,
    known: Option<&BTreeSet<String>>,
    page: &Page,
    include: &Include,
    in_fence: bool,
) -> Option<String> {
    let path = &include.path;
    let Ok(file) = page.target(include).canonicalize() else {
        return Some(format!(
            "{path}: there is no such file; mend the path, which starts at the page's folder"
        ));
    };
    if !file.starts_with(repo.root()) {
        return Some(format!("{path}: outside the repository; include a file that everybody has"));
    }
    if known.is_some_and(|known| !known.contains(&repo.show(&file))) {
        return Some(format!("{path}: git ignores this file; include one that is committed"));
    }
    let Ok(text) = fs::read_to_string(&file) else {
        return Some(format!("{path}: no text in UTF-8; include a text file"));
    };
    match part::take(&text, &include.part) {
        Err(problem) => Some(format!("{path}: {problem}")),
        Ok(lines) if in_fence && lines.iter().any(|line| fence::is_mark(line)) => {
            Some(format!("{path}: the included text has a line that ends the fence; include less of it"))
        }
        Ok(_) => None,
    }
}

/// Whether an include stands in a code block, but not at the left margin. mdBook copies the file's lines as
/// they are, so that all but the first would be outside of the list or the quote.
fn is_indented(page: &Page, start: usize) -> bool {
    page.text.get(..start).is_some_and(|before| !before.is_empty() && !before.ends_with('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::pages;
    use crate::testing;
    use anyhow::Result;

    /// The findings of a page in `book/src` that stands beside `crates/a/src/lib.rs`.
    fn findings(text: &str, known: Option<&[&str]>) -> Result<Vec<Finding>> {
        let known = known.map(|known| known.iter().map(|path| (*path).to_owned()).collect());
        let library = "// ANCHOR: show\nfn a() {}\n// ANCHOR_END: show\n";
        let files = [
            ("book/src/a.md", text),
            ("book/src/fenced.txt", "a\n```\nb\n"),
            ("crates/a/src/lib.rs", library),
            ("crates/a/empty.stdout", ""),
        ];
        let (_folder, repo) = testing::repo(&files)?;
        Ok(pages(&repo)?.iter().flat_map(|page| check(&repo, known.as_ref(), page)).collect())
    }

    #[test]
    fn good_includes_pass() -> Result<()> {
        let path = "../../crates/a/src/lib.rs";
        let text = format!(
            "{{{{#include {path}:2}}}} {{{{#include {path}:show}}}} {{{{#rustdoc_include {path}:2}}}}"
        );
        assert_eq!(findings(&text, Some(&["crates/a/src/lib.rs"]))?, []);
        Ok(())
    }

    #[test]
    fn every_defect_is_found() -> Result<()> {
        for (argument, words) in [
            ("include ../../crates/b.rs", "no such file"),
            ("include /etc/hostname", "outside the repository"),
            ("include ../../crates/a/src/lib.rs:other", "no `ANCHOR: other`"),
            ("include ../../crates/a/src/lib.rs:2:9", "has 3 lines"),
            ("include ../../crates/a/src/lib.rs", "ANCHOR lines"),
            ("include ../../crates/a/src/lib.rs:show:1", "neither an anchor nor a line range"),
            ("include ../../crates/a/empty.stdout", "empty"),
            ("rustdoc_include ../../crates/b.rs", "no such file"),
            ("playground ../../crates/a/src/lib.rs", "only include"),
        ] {
            testing::one(&findings(&format!("\n{{{{#{argument}}}}}\n"), None)?, 2, words);
        }
        testing::one(&findings("{{#include ../a.rs", None)?, 1, "does not read");
        Ok(())
    }

    #[test]
    fn an_include_that_breaks_its_fence_is_found() -> Result<()> {
        let path = "../../crates/a/src/lib.rs";
        for text in
            ["- a\n\n  ```rust\n  {{#include PATH}}\n  ```\n", "a\n\n> ```rust\n> {{#include PATH}}\n> ```\n"]
        {
            testing::one(&findings(&text.replace("PATH", path), None)?, 4, "move the fence to the margin");
        }
        testing::one(&findings("```text\n{{#include fenced.txt}}\n```\n", None)?, 2, "ends the fence");
        assert_eq!(findings("{{#include fenced.txt}}\n", None)?, []);
        Ok(())
    }

    #[test]
    fn a_file_that_git_ignores_is_found() -> Result<()> {
        testing::one(&findings("{{#include ../../crates/a/src/lib.rs:show}}", Some(&[]))?, 1, "git ignores");
        Ok(())
    }
}
