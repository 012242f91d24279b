//! A copy of the course in the target folder, with a build of its own, for checks that break the code.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{self, Built};
use crate::failure::{Context, Result};
use crate::lessons::Course;

pub struct Tree {
    pub root: PathBuf,
}

impl Tree {
    /// Copies what git knows or could know, as it is in the working tree.
    pub fn copy(course: &Course) -> Result<Tree> {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
        let root = course.root.join(target).join("mutants/tree");
        let words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let output = Command::new("git").current_dir(&course.root).args(words).output();
        let output = output.context(|| "git ls-files".into())?;
        let list = String::from_utf8_lossy(&output.stdout);
        let tree = Tree { root };
        for file in list.split('\0').filter(|name| !name.is_empty()).map(Path::new) {
            // Listed but deleted is possible: then it is not copied.
            if let Ok(content) = fs::read(course.root.join(file)) {
                tree.write(file, &content)?;
            }
        }
        Ok(tree)
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

    /// `cargo WORDS` in the copy.
    pub fn build(&self, words: &[&str]) -> Result<Built> {
        cargo::build(&self.root, &[words, &["--target-dir", "../target"]].concat())
    }
}
