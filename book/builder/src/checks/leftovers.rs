//! No directive and no Markdown is left unread in what a reader sees.

use crate::finding::Finding;
use crate::html::LEFT;
use crate::site::{self, Site};

/// The findings of the built book.
pub fn check(site: &Site) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (page, _, built) in site.chapters() {
        for text in &built.leftovers {
            let shows = |line: &&str| LEFT.iter().any(|left| line.contains(left));
            let line = text.lines().find(shows).unwrap_or(text).trim();
            let message =
                format!("the reader sees `{line}`; show it as code, or, in a block of HTML, in <code>");
            findings.push(site::finding(page, &[line, "{{#"], message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::testing::site;
    use crate::testing::one;
    use anyhow::Result;

    #[test]
    fn a_directive_that_the_reader_sees_is_found() -> Result<()> {
        let (_folder, left) =
            site("# A\n\nThere {{#includes a.rs}} it stands.\n\n`\\{{#include a.rs}}` is code.\n")?;
        one(&check(&left), 3, "the reader sees");
        Ok(())
    }

    #[test]
    fn code_in_a_block_of_html_that_stays_markdown_is_found() -> Result<()> {
        let (_folder, left) = site("# A\n\n<details><summary>Why `x`?</summary>\n\nAs `x`.\n\n</details>\n")?;
        one(&check(&left), 3, "the reader sees `Why `x`?`");
        Ok(())
    }
}
