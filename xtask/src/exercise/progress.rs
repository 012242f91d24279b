//! `progress.txt`: which exercises were solved, a sorted line each: `threads/in_order solved`. Two machines can
//! share it by git; lines that this version does not know stay.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Exercise;
use crate::failure::{Context, Failure, Result};
use crate::file;
use crate::lessons::Course;

pub struct Progress {
    path: PathBuf,
    lines: BTreeMap<String, String>,
}

impl Progress {
    pub fn read(course: &Course) -> Result<Progress> {
        let path = course.root.join("progress.txt");
        Ok(Progress { lines: lines(&path)?, path })
    }

    pub fn is_solved(&self, exercise: &Exercise) -> bool {
        self.lines.get(&exercise.key).is_some_and(|state| state == "solved")
    }

    /// Notes that the exercise was solved, or that it was reset.
    pub fn note(&mut self, exercise: &Exercise, solved: bool) -> Result<()> {
        // A `watch` in another terminal may have changed the file.
        self.lines = lines(&self.path)?;
        if solved == self.is_solved(exercise) {
            return Ok(());
        }
        if solved {
            self.lines.insert(exercise.key.clone(), "solved".to_owned());
        } else {
            self.lines.remove(&exercise.key);
        }
        let text: String = self.lines.iter().map(|(key, state)| format!("{key} {state}\n")).collect();
        // Written beside the old file and then renamed: an interruption loses nothing.
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut new = NamedTempFile::new_in(folder).context(|| folder.display().to_string())?;
        new.write_all(text.as_bytes())?;
        new.persist(&self.path).context(|| self.path.display().to_string())?;
        Ok(())
    }
}

fn lines(path: &Path) -> Result<BTreeMap<String, String>> {
    match file::read(path) {
        Ok(bytes) => Ok(parse(&String::from_utf8_lossy(&bytes))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(Failure::Misuse(format!("{}: {error}; move it away", path.display()))),
    }
}

/// Lines without a key are dropped: git's marks of a merge that was not finished, for instance.
fn parse(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter_map(|line| line.trim().split_once(' '));
    let known = lines.filter(|(key, _)| key.split('/').filter(|word| !word.is_empty()).count() == 2);
    known.map(|(key, state)| (key.to_owned(), state.trim().to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_after_a_merge_is_read() {
        let text =
            "<<<<<<< HEAD\nthreads/b solved\n=======\nthreads/a solved\r\n>>>>>>> theirs\n\nqueues/x later\n";
        let lines: Vec<_> = parse(text).into_iter().collect();
        let line = |key: &str, state: &str| (key.to_owned(), state.to_owned());
        assert_eq!(
            lines,
            [line("queues/x", "later"), line("threads/a", "solved"), line("threads/b", "solved")]
        );
    }

    #[test]
    fn what_is_noted_is_there_when_it_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut course = Course::read().unwrap();
        let [exercise, other] = ["1/1", "1/2"].map(|word| super::super::find(&course, word).unwrap());
        course.root = folder.path().to_owned();
        let mut progress = Progress::read(&course).unwrap();
        assert!(!progress.is_solved(&exercise));
        progress.note(&exercise, true).unwrap();
        assert!(Progress::read(&course).unwrap().is_solved(&exercise));
        Progress::read(&course).unwrap().note(&other, true).unwrap();
        assert_eq!(
            std::fs::read_to_string(folder.path().join("progress.txt")).unwrap(),
            "threads/in_order solved\nthreads/stop solved\n"
        );
        progress.note(&exercise, false).unwrap();
        let progress = Progress::read(&course).unwrap();
        assert!(!progress.is_solved(&exercise) && progress.is_solved(&other));
    }
}
