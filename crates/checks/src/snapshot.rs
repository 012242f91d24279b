//! Recorded files, and what would be recorded today.

use std::fs;
use std::path::{Path, PathBuf};

use crate::all_or;
use xtask::failure::{Context, Result};

/// A recorded file beside today's text.
pub struct Snapshot {
    path: PathBuf,
    /// What is written when it is recorded anew.
    text: String,
    /// What is wrong with the recorded text; `None` if nothing is.
    difference: Option<String>,
}

impl Snapshot {
    /// The recorded text must be identical.
    pub fn exact(path: PathBuf, text: String) -> Snapshot {
        let same = |recorded: &str| (recorded != text).then(|| format!("today it is:\n{text}"));
        let difference = compared(&path, same);
        Snapshot { path, text, difference }
    }

    /// `compare` says what is wrong with the recorded text, if anything is.
    pub fn new(path: PathBuf, text: String, compare: impl FnOnce(&str) -> Option<String>) -> Snapshot {
        let difference = compared(&path, compare);
        Snapshot { path, text, difference }
    }
}

fn compared(path: &Path, compare: impl FnOnce(&str) -> Option<String>) -> Option<String> {
    match fs::read_to_string(path) {
        Ok(recorded) => compare(&recorded),
        Err(error) => Some(error.to_string()),
    }
}

/// Fine if no snapshot differs.
pub fn check(root: &Path, snapshots: &[Snapshot]) -> Result<()> {
    all_or(&differences(root, snapshots), "recordings differ; if that is right: `cargo xtask test --bless`")
}

/// What is wrong with each snapshot that differs.
pub fn differences(root: &Path, snapshots: &[Snapshot]) -> Vec<String> {
    let differing = snapshots.iter().filter_map(|snapshot| {
        let shown = snapshot.path.strip_prefix(root).unwrap_or(&snapshot.path).display();
        snapshot.difference.as_ref().map(|difference| format!("{shown}: {difference}"))
    });
    differing.collect()
}

/// Records each snapshot that differs; gives their files.
pub fn bless(snapshots: Vec<Snapshot>) -> Result<Vec<PathBuf>> {
    let mut changed = Vec::new();
    for Snapshot { path, text, difference } in snapshots {
        if difference.is_some() {
            fs::write(&path, text).context(|| path.display().to_string())?;
            changed.push(path);
        }
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_that_differs_is_named_and_recorded() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let snapshot = |text: &str| vec![Snapshot::exact(root.join("a"), text.to_owned())];
        assert!(differences(root, &snapshot("1"))[0].starts_with("a: "), "it is missing");
        assert_eq!(bless(snapshot("1")).unwrap().len(), 1);
        assert!(check(root, &snapshot("1")).is_ok() && check(root, &snapshot("2")).is_err());
        assert!(bless(snapshot("1")).unwrap().is_empty());
        let close = |text: &str| Snapshot::new(root.join("a"), text.to_owned(), |_| None);
        assert!(bless(vec![close("2")]).unwrap().is_empty());
    }
}
