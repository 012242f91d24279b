//! Which files are in every clone.

use std::collections::BTreeSet;
use std::process::Command;

use crate::repo::Repo;

/// The files that git tracks, and the untracked ones that it does not ignore. `None` without git, or if the folder is no
/// checkout.
pub fn known_files(repo: &Repo) -> Option<BTreeSet<String>> {
    if !repo.root().join(".git").exists() {
        return None;
    }
    let output = Command::new("git")
        .arg("-C")
        .arg(repo.root())
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .output()
        .ok()?;
    if !output.status.success() {
        return None;
    }
    let names = output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Some(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use anyhow::Result;

    #[test]
    fn an_ignored_file_is_not_known() -> Result<()> {
        let (_folder, repo) = testing::repo(&[(".gitignore", "build/\n"), ("a.rs", ""), ("build/b.rs", "")])?;
        assert_eq!(known_files(&repo), None);
        match Command::new("git").arg("-C").arg(repo.root()).args(["init", "-q"]).status() {
            Ok(status) if status.success() => {
                let expected = [".gitignore", "a.rs"].map(str::to_owned);
                assert_eq!(known_files(&repo), Some(BTreeSet::from(expected)));
            }
            _ => eprintln!("skipped: no git here"),
        }
        Ok(())
    }
}
