//! A copy of the course in the target folder, with a build of its own, for checks that break the code.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::models;
use xtask::cargo::{self, Built};
use xtask::exercise::Exercise;
use xtask::failure::{Context, Result};
use xtask::lessons::Course;

/// Where copies are, in the target folder.
const FOLDER: &str = "mutants";

pub struct Checkout {
    pub root: PathBuf,
}

impl Checkout {
    /// A copy as it is in the working tree.
    pub fn copy(course: &Course) -> Result<Checkout> {
        Checkout::copy_for(course, 0)
    }

    /// One for each worker, so that their builds do not wait for each other. Worker 0's is [`Checkout::copy`]'s.
    pub fn copy_for(course: &Course, worker: usize) -> Result<Checkout> {
        let folder = if worker == 0 { FOLDER.to_owned() } else { format!("{FOLDER}-{worker}") };
        let checkout = Checkout::at(course, &folder, "checkout");
        checkout.fill(course)?;
        Ok(checkout)
    }

    /// An empty folder for another checkout. All checkouts of a course share a target folder, and cargo does not tell their
    /// packages apart: build only one of them.
    pub fn empty(course: &Course, name: &str) -> Result<Checkout> {
        let checkout = Checkout::at(course, FOLDER, name);
        match fs::remove_dir_all(&checkout.root) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(checkout),
        }
    }

    fn at(course: &Course, folder: &str, name: &str) -> Checkout {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
        Checkout { root: course.root.join(target).join(folder).join(name) }
    }

    /// Copies what git knows or could know, and removes what else is there.
    pub fn fill(&self, course: &Course) -> Result<()> {
        let mut copied = BTreeSet::new();
        for file in files(&course.root)? {
            // Listed but deleted is possible: then it is not copied.
            if let Ok(content) = fs::read(course.root.join(&file)) {
                self.write(&file, &content)?;
                copied.insert(self.root.join(file));
            }
        }
        remove_others(&self.root, &copied)
    }

    /// Writes a file, its path from the root. An unchanged file keeps its time, so that cargo does not build
    /// it again.
    pub fn write(&self, file: &Path, content: &[u8]) -> Result<()> {
        let path = self.root.join(file);
        if fs::read(&path).is_ok_and(|old| old == content) {
            return Ok(());
        }
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir).context(|| dir.display().to_string())?;
        }
        fs::write(&path, content).context(|| path.display().to_string())
    }

    /// Where it is built.
    pub fn target(&self) -> PathBuf {
        self.root.with_file_name("target")
    }

    /// `cargo WORDS` in the copy.
    pub fn build(&self, words: &[&str]) -> Result<Built> {
        cargo::build(&self.root, &[words, &["--target-dir", "../target"]].concat())
    }

    /// `cargo WORDS` in the copy, with the flags for models.
    pub fn build_models(&self, words: &[&str]) -> Result<Built> {
        cargo::build_by(
            &self.root,
            &[words, &["--target-dir", "../target/model"]].concat(),
            |command| {
                command.env("RUSTFLAGS", models::rustflags());
                command.spawn().context(|| "cargo cannot be started".into())
            },
            |_| (),
        )
    }

    /// `cargo xtask WORDS` in the copy, by the course's own runner.
    pub fn xtask(&self, words: &[&str]) -> Result<Command> {
        let mut command = Command::new(crate::runner()?);
        command.args(words).env("CARGO_MANIFEST_DIR", self.root.join("xtask"));
        command.env("CARGO_TARGET_DIR", self.target());
        Ok(command)
    }

    /// The same exercise in the copy.
    pub fn exercise(&self, of: Exercise) -> Exercise {
        Exercise { root: self.root.clone(), ..of }
    }

    /// Undoes what was written as an answer.
    pub fn reset(&self, exercise: &Exercise) -> Result<()> {
        self.write(&exercise.file(), exercise.read(&exercise.stub())?.as_bytes())
    }
}

/// The files of a checkout that git knows or could know, from its root.
pub fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output =
        Command::new("git").current_dir(root).args(words).output().context(|| "git ls-files".into())?;
    let list = String::from_utf8_lossy(&output.stdout);
    Ok(list.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect())
}

/// Of an earlier copy: what is not in the course any more.
fn remove_others(dir: &Path, copied: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dir).context(|| dir.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, copied)?;
        } else if !copied.contains(&path) {
            fs::remove_file(&path).context(|| path.display().to_string())?;
        }
    }
    Ok(())
}
