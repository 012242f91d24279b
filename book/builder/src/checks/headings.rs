//! A heading's id is its own: a link to it leads to one place.

use crate::finding::Finding;
use crate::site::{self, Site};

/// The findings of the built book.
pub fn check(site: &Site) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (page, _, built) in site.chapters() {
        for (index, (id, heading)) in built.ids.iter().enumerate() {
            let mut before = built.ids.iter().take(index);
            if before.any(|(other, was_heading)| other == id && (*heading || *was_heading)) {
                let words = [format!("{{#{id}}}"), format!("id=\"{id}\""), format!("id='{id}'")];
                let words = words.each_ref().map(String::as_str);
                findings.push(site::finding(
                    page,
                    &words,
                    format!("id `{id}` is a heading's and not alone; rename one"),
                ));
            }
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
    fn an_id_that_a_heading_shares_is_found() -> Result<()> {
        let (_folder, shared) = site("# A\n\n## Locks\n\n<div id=\"locks\"></div>\n")?;
        one(&check(&shared), 5, "`locks`");
        let (_folder, good) =
            site("# A\n\n## Exercises\n\n## Exercises\n\n<i id=\"x\"></i><i id=\"x\"></i>\n")?;
        assert_eq!(check(&good), []);
        Ok(())
    }
}
