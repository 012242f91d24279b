//! Every code block says what it is, and Rust comes only from files that are compiled.

use crate::directive::only_includes;
use crate::fence::Fence;
use crate::finding::Finding;
use crate::page::Page;
use crate::rustlike::is_rust;

/// Languages besides `rust`; these take no attributes.
const PLAIN: [&str; 4] = ["text", "console", "python", "toml"];

/// The findings of one page.
pub fn check(page: &Page) -> Vec<Finding> {
    let mut findings = Vec::new();
    for fence in &page.fences {
        if !fence.closed && fence.info.is_some() {
            findings.push(at(
                page,
                fence.line,
                "this fence swallows the rest of the page: close it with ```",
            ));
        }
        if fence.language() == "rust" {
            findings.extend(rust(page, fence));
            continue;
        }
        findings.extend(language(fence).map(|message| at(page, fence.line, message)));
        if is_rust(&fence.text()) {
            findings.push(at(
                page,
                fence.line,
                "this is Rust: put it into a file that is compiled and include it with {{#include …}}",
            ));
        }
    }
    findings
}

fn language(fence: &Fence) -> Option<String> {
    const CHOICE: &str = "rust, text, console, python or toml";
    match fence.info.as_deref() {
        None => Some(format!("a code block by indentation: write a fence that says {CHOICE}")),
        Some("") => Some(format!("this fence has no language: say {CHOICE}")),
        Some(info) if PLAIN.contains(&info) => None,
        Some(info) => Some(format!("a fence of `{info}`: say {CHOICE}")),
    }
}

fn rust(page: &Page, fence: &Fence) -> Vec<Finding> {
    let typed = fence.lines.iter().find(|(_, line)| !line.trim().is_empty() && only_includes(line).is_none());
    let empty = fence.lines.iter().all(|(_, line)| line.trim().is_empty());
    match typed {
        Some((line, _)) => vec![at(
            page,
            *line,
            "typed Rust: put it into a file that is compiled and leave only {{#include …}} lines in the fence",
        )],
        None if empty => {
            vec![at(page, fence.line, "an empty rust fence: include a file's anchor or remove it")]
        }
        None => Vec::new(),
    }
}

fn at(page: &Page, line: usize, message: impl Into<String>) -> Finding {
    Finding::at(&page.shown, line, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{one, page};

    fn findings(text: &str) -> Vec<Finding> {
        check(&page(text))
    }

    #[test]
    fn the_allowed_fences_pass() {
        let text = "```rust,should_panic\n{{#include a.rs:show}}\n\n{{#rustdoc_include b.rs}}\n```\n\n\
                    ```text\na -> b\n```\n\n```console\n$ cargo xtask lesson 1\n```\n\n\
                    ```python\nimport math\n```\n\n```toml\n[lib]\nname = \"a\"\n```\n";
        assert_eq!(findings(text), []);
    }

    #[test]
    fn another_language_or_none_is_found() {
        one(&findings("\n```sh\nls\n```\n"), 2, "`sh`");
        one(&findings("```\nls\n```\n"), 1, "no language");
        one(&findings("```text,foo\nls\n```\n"), 1, "`text,foo`");
        one(&findings("a\n\n    ls\n"), 3, "by indentation");
    }

    #[test]
    fn typed_rust_in_a_rust_fence_is_found_at_its_line() {
        one(&findings("```rust\n{{#include a.rs}}\n// more\n```\n"), 3, "typed Rust");
        one(&findings("```rust\n```\n"), 1, "empty rust fence");
    }

    #[test]
    fn rust_under_another_name_is_found() {
        for language in ["text", "console", "python", "toml"] {
            one(&findings(&format!("```{language}\nfn main() {{}}\n```\n")), 1, "this is Rust");
        }
    }

    #[test]
    fn a_fence_without_an_end_is_found() {
        one(&findings("a\n\n```text\nb\n"), 3, "close it");
    }
}
