//! Rust that the book shows is Rust that some target compiles.

use std::path::{Path, PathBuf};

use crate::directive::Include;
use crate::finding::Finding;
use crate::page::Page;
use crate::repo::Repo;

/// The folders of a package that its targets or its tests compile.
const COMPILED: [&str; 8] =
    ["src", "examples", "tests", "benches", "refused", "exercises", "grading", "puzzles"];

/// The findings of one page.
pub fn check(repo: &Repo, page: &Page) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (start, include) in page.includes() {
        let rust = include.path.ends_with(".rs");
        let in_rust_fence = page.fence_at(start).is_some_and(|fence| fence.language() == "rust");
        let message = if rust {
            uncompiled(repo, page, include)
        } else {
            in_rust_fence.then(|| format!("{}: a rust fence includes .rs files only", include.path))
        };
        findings.extend(message.map(|message| Finding::at(&page.shown, page.line(start), message)));
    }
    findings
}

/// What is wrong with the place of an included `.rs` file; one that is not there is for the includes check.
fn uncompiled(repo: &Repo, page: &Page, include: &Include) -> Option<String> {
    let file = page.target(include).canonicalize().ok().filter(|file| file.starts_with(repo.root()))?;
    let folder = package(repo, &file).and_then(|package| {
        let inside = file.strip_prefix(package).ok()?;
        inside.components().next().map(|first| first.as_os_str().to_string_lossy().into_owned())
    });
    match folder {
        Some(folder) if COMPILED.contains(&folder.as_str()) => None,
        _ => Some(format!(
            "{}: nothing compiles this file; move it to a package's src or examples",
            include.path
        )),
    }
}

/// The folder of the package that a file belongs to: the nearest one up with a `Cargo.toml` that has
/// `[package]`.
fn package(repo: &Repo, file: &Path) -> Option<PathBuf> {
    let folders = file.ancestors().skip(1).take_while(|folder| folder.starts_with(repo.root()));
    folders.map(Path::to_owned).find(|folder| {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        manifest.parse::<toml::Table>().is_ok_and(|manifest| manifest.contains_key("package"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::pages;
    use crate::testing;
    use anyhow::Result;

    fn findings(text: &str) -> Result<Vec<Finding>> {
        let (_folder, repo) = testing::repo(&[
            ("Cargo.toml", "[workspace]\n"),
            ("book/src/a.md", text),
            ("crates/a/Cargo.toml", "[package]\nname = \"a\"\n"),
            ("crates/a/examples/01_a.rs", "fn main() {}\n"),
            ("crates/a/examples/01_a.stdout", "a\n"),
            ("crates/a/snippets/a.rs", "fn a() {}\n"),
            ("src/b.rs", "fn b() {}\n"),
        ])?;
        Ok(pages(&repo)?.iter().flat_map(|page| check(&repo, page)).collect())
    }

    #[test]
    fn an_example_is_compiled() -> Result<()> {
        let text = "```rust\n{{#include ../../crates/a/examples/01_a.rs}}\n```\n\n\
                    {{#include ../../crates/a/examples/01_a.stdout}}\n{{#include ../../missing.rs}}\n";
        assert_eq!(findings(text)?, []);
        Ok(())
    }

    #[test]
    fn a_file_that_no_target_knows_is_found() -> Result<()> {
        testing::one(&findings("{{#include ../../crates/a/snippets/a.rs}}")?, 1, "nothing compiles");
        testing::one(&findings("{{#include ../../src/b.rs}}")?, 1, "nothing compiles");
        Ok(())
    }

    #[test]
    fn a_rust_fence_takes_only_rust_files() -> Result<()> {
        let text = "```rust\n{{#include ../../crates/a/examples/01_a.stdout}}\n```\n";
        testing::one(&findings(text)?, 2, ".rs files only");
        Ok(())
    }
}
