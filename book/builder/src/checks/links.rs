//! Every link of the built book leads somewhere.

use std::path::{Component, Path, PathBuf};

use http::Uri;
use percent_encoding::percent_decode_str;

use crate::finding::Finding;
use crate::html::Built;
use crate::site::{self, Site};

/// The number of links looked at, and the findings.
pub fn check(site: &Site) -> (usize, Vec<Finding>) {
    let mut count = 0;
    let mut findings = Vec::new();
    for (page, path, built) in site.chapters() {
        count += built.links.len();
        for link in &built.links {
            if let Some(problem) = problem(site, path, built, link) {
                let source = link.replace(".html", ".md");
                findings.push(site::finding(
                    page,
                    &[&source, link, &decoded(link)],
                    format!("link `{link}`: {problem}"),
                ));
            }
        }
    }
    (count, findings)
}

/// What is wrong with a link of the built page at `path`.
fn problem(site: &Site, path: &Path, built: &Built, link: &str) -> Option<&'static str> {
    if link.is_empty() {
        return Some("leads nowhere; name its target");
    }
    match scheme(link) {
        Some("http" | "https") => {
            let valid = link.parse::<Uri>().is_ok_and(|uri| uri.host().is_some_and(|host| !host.is_empty()));
            return (!valid).then_some("is no valid URL; mend it");
        }
        Some("mailto" | "data") => return None,
        Some(_) => return Some("has a scheme that a book has no use for; use https"),
        None if link.starts_with('/') => {
            return Some("depends on where the book is published; make it relative");
        }
        None => {}
    }
    let (target, fragment) = link.split_once('#').unwrap_or((link, ""));
    let target = decoded(target.split('?').next().unwrap_or_default());
    let page = if target.is_empty() {
        Some(built)
    } else {
        let Some(mut target) = inside(path, &target) else {
            return Some("points out of the book; link to the repository's web address or include the file");
        };
        if site.folder.join(&target).is_dir() {
            target.push("index.html");
        }
        if !site.folder.join(&target).is_file() {
            return Some("no such file in the built book; mend the path");
        }
        site.built.get(&target)
    };
    let fragment = decoded(fragment);
    let found = fragment.is_empty() || page.is_none_or(|page| page.has_id(&fragment));
    (!found).then_some("no heading or element of the target has this id; mend the part after #")
}

/// The scheme of a link that has one.
fn scheme(link: &str) -> Option<&str> {
    let (scheme, _) = link.split_once(':')?;
    let letters = scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
    (letters && scheme.starts_with(|first: char| first.is_ascii_alphabetic())).then_some(scheme)
}

/// A relative link's file, from the build's folder; `None` if it leaves it.
fn inside(page: &Path, link: &str) -> Option<PathBuf> {
    let mut path = page.parent()?.to_owned();
    for component in Path::new(link).components() {
        match component {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::ParentDir if path.pop() => {}
            _ => return None,
        }
    }
    Some(path)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::testing::site;
    use crate::testing::one;
    use anyhow::Result;

    fn findings(text: &str) -> Result<Vec<Finding>> {
        let (_folder, site) = site(text)?;
        Ok(check(&site).1)
    }

    #[test]
    fn good_links_pass() -> Result<()> {
        let text = "# Locks\n\n## Замок\n\n[one](sub/b.md#queues) [two](#locks) [three](./sub/../a.md) [four](#замок)\n\
                    ![p](picture.svg) [web](https://doc.rust-lang.org/std/?search=a#b) <mailto:a@b.org>\n\
                    [wiki](https://ru.wikipedia.org/wiki/Питон_(язык))\n";
        assert_eq!(findings(text)?, []);
        let (_folder, site) = site(text)?;
        assert!(check(&site).0 > 8);
        Ok(())
    }

    #[test]
    fn dead_links_are_found_in_their_line() -> Result<()> {
        for (link, words) in [
            ("sub/c.md", "no such file"),
            ("sub/b.md#locks", "has this id"),
            ("#locks", "has this id"),
            ("picture.png", "no such file"),
            ("../../crates/queues/src/lib.rs", "points out of the book"),
            ("/etc/hostname", "make it relative"),
            ("https://", "no valid URL"),
            ("https://exa^mple.org/", "no valid URL"),
            ("file:///etc/hostname", "scheme"),
            ("javascript:void", "scheme"),
        ] {
            one(&findings(&format!("# A\n\n[text]({link})\n"))?, 3, words);
        }
        let nowhere = findings("# A\n\n[text]()\n")?;
        assert!(nowhere.iter().any(|finding| finding.message.contains("leads nowhere")), "{nowhere:?}");
        Ok(())
    }
}
