//! No directive is left unread in what a reader sees.

use crate::finding::Finding;
use crate::site::{self, Site};

/// The findings of the built book.
pub fn check(site: &Site) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (page, _, built) in site.chapters() {
        for text in &built.leftovers {
            let line = text.lines().find(|line| line.contains("{{#")).unwrap_or(text).trim();
            let message = format!("the reader sees `{line}`; mend the directive, or show it as code");
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
}
