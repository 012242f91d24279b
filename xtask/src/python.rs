//! The CPythons of this machine.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::process;

/// For its version.
const LIMIT: Duration = Duration::from_secs(10);

/// A CPython.
pub struct Python {
    pub path: PathBuf,
    pub version: (u32, u32, u32),
}

impl Python {
    /// `None` if there is no CPython at `path`.
    fn at(path: PathBuf) -> Option<Python> {
        let script = "import sys, platform; print('%s %d %d %d' % ((platform.python_implementation(),) + sys.version_info[:3]))";
        let mut command = Command::new(&path);
        command.args(["-c", script]);
        let text = process::output(command, LIMIT).ok()?.success().ok()?;
        let numbers = text.trim().strip_prefix("CPython ")?.split(' ').map(|number| number.parse().ok());
        let [major, minor, patch] = numbers.collect::<Option<Vec<u32>>>()?.try_into().ok()?;
        Some(Python { path, version: (major, minor, patch) })
    }

    /// `3.11.7`
    pub fn name(&self) -> String {
        let (major, minor, patch) = self.version;
        format!("{major}.{minor}.{patch}")
    }
}

/// The CPython 3 that `python3` or `python` means.
pub fn first() -> Option<Python> {
    ["python3", "python"]
        .into_iter()
        .filter_map(|name| Python::at(name.into()))
        .find(|python| python.version.0 == 3)
}

/// Every CPython of ~/.pyenv and of the PATH, one of each version, the oldest first.
pub fn all() -> Vec<Python> {
    let mut paths: Vec<PathBuf> = ["python3", "python", "python2"].map(PathBuf::from).to_vec();
    let versions = std::env::home_dir().map(|home| home.join(".pyenv/versions"));
    for entry in versions.and_then(|dir| fs::read_dir(dir).ok()).into_iter().flatten().flatten() {
        paths.push(entry.path().join("bin/python"));
    }
    let mut pythons: Vec<Python> = paths.into_iter().filter_map(Python::at).collect();
    pythons.sort_by_key(|python| python.version);
    pythons.dedup_by_key(|python| python.version);
    pythons
}
