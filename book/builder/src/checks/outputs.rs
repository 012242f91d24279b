//! What a program printed is recorded, never typed.

use crate::directive::only_includes;
use crate::finding::Finding;
use crate::page::Page;

/// The findings of one page: a console fence has `$ ` lines and includes of recorded outputs, nothing else.
pub fn check(page: &Page) -> Vec<Finding> {
    let mut findings = Vec::new();
    for fence in page.fences.iter().filter(|fence| fence.language() == "console") {
        let mut continued = false;
        for (line, text) in &fence.lines {
            let command = continued || text.starts_with("$ ");
            continued = command && text.ends_with('\\');
            if command || text.trim().is_empty() {
                continue;
            }
            let message = match only_includes(text) {
                None => "typed output: include the recorded .stdout, or begin a command with `$ `",
                Some(includes) if includes.iter().any(|include| !is_record(&include.path)) => {
                    "a console fence includes recorded .stdout and .stderr files only"
                }
                Some(_) => continue,
            };
            findings.push(Finding::at(&page.shown, *line, message));
        }
    }
    findings
}

fn is_record(path: &str) -> bool {
    path.ends_with(".stdout") || path.ends_with(".stderr")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{one, page};

    #[test]
    fn commands_and_records_pass() {
        let text = "```console\n$ cargo run \\\n    --example a\n\n{{#include a.stdout}}\n{{#include a.stderr:1:2}}\n```\n\n\
                    ```text\nfree\n```\n";
        assert_eq!(check(&page(text)), []);
    }

    #[test]
    fn typed_output_is_found() {
        one(&check(&page("```console\n$ cargo run\nhello\n```\n")), 3, "typed output");
        one(&check(&page("```console\n{{#include a.stdout}} hello\n```\n")), 2, "typed output");
        one(&check(&page("```console\n{{#include a.txt}}\n```\n")), 2, "recorded");
    }
}
