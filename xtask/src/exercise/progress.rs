//! `progress.txt`: which exercises were solved, a sorted line each: `threads/in_order solved`. Two machines can
//! share it by git; lines that this version does not know stay.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Exercise;
use crate::failure::{Context, Failure, Result};
use crate::file;
use crate::lessons::Course;

pub struct Progress {
    path: PathBuf,
    /// All lines of the file, those of other forms among them.
    lines: Vec<Vec<u8>>,
}

impl Progress {
    pub fn read(course: &Course) -> Result<Progress> {
        let path = course.root.join("progress.txt");
        Ok(Progress { lines: lines(&path)?, path })
    }

    pub fn is_solved(&self, exercise: &Exercise) -> bool {
        self.lines.iter().any(|line| parse(line) == Some((&exercise.key, "solved")))
    }

    /// Notes that the exercise was solved, or that it was reset.
    pub fn note(&mut self, exercise: &Exercise, solved: bool) -> Result<()> {
        // A `watch` in another terminal may have changed the file.
        self.lines = lines(&self.path)?;
        if solved == self.is_solved(exercise) {
            return Ok(());
        }
        self.lines.retain(|line| parse(line).is_none_or(|(key, _)| key != exercise.key));
        if solved {
            self.lines.push(format!("{} solved", exercise.key).into_bytes());
        }
        // Lines of other forms stay in front, in their order.
        self.lines.sort_by(|one, other| parse(one).cmp(&parse(other)));
        // Written beside the old file and then renamed: an interruption loses nothing.
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut new = NamedTempFile::new_in(folder).context(|| folder.display().to_string())?;
        for line in &self.lines {
            new.write_all(&[line, &b"\n"[..]].concat())?;
        }
        let permissions = match fs::metadata(&self.path) {
            Ok(old) => old.permissions(),
            // As any other new file of the course.
            Err(_) => fs::metadata(folder.join("Cargo.toml"))?.permissions(),
        };
        new.as_file().set_permissions(permissions)?;
        new.persist(&self.path).context(|| self.path.display().to_string())?;
        Ok(())
    }
}

fn lines(path: &Path) -> Result<Vec<Vec<u8>>> {
    let bytes = match file::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Failure::Misuse(format!("{}: {error}; move it away", path.display()))),
    };
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let lines = text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    Ok(lines.filter(|line| !line.is_empty() && !is_merge_mark(line)).map(<[u8]>::to_vec).collect())
}

/// git's marks of a merge that was not finished: both sides' lines stay.
fn is_merge_mark(line: &[u8]) -> bool {
    [&b"<<<<<<<"[..], b"=======", b">>>>>>>"].iter().any(|mark| line.starts_with(mark))
}

/// Key and state: `threads/in_order solved`. `None` for a line of another form.
fn parse(line: &[u8]) -> Option<(&str, &str)> {
    let (key, state) = std::str::from_utf8(line).ok()?.trim().split_once(' ')?;
    let is_key = key.split('/').filter(|word| !word.is_empty()).count() == 2;
    is_key.then_some((key, state.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_after_a_merge_is_read_and_no_line_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let mut course = Course::read().unwrap();
        let exercise = super::super::find(&course, "1/1").unwrap();
        course.root = folder.path().to_owned();
        let path = folder.path().join("progress.txt");
        let text = b"\xef\xbb\xbfthreads/stop solved\r\n<<<<<<< HEAD\nqueues/x later\n=======\n# my \xff notes\n>>>>>>> theirs\n";
        fs::write(&path, text).unwrap();
        Progress::read(&course).unwrap().note(&exercise, true).unwrap();
        let expected = b"# my \xff notes\nqueues/x later\nthreads/in_order solved\nthreads/stop solved\n";
        assert_eq!(fs::read(&path).unwrap(), expected);
    }

    #[test]
    fn what_is_noted_is_there_when_it_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut course = Course::read().unwrap();
        let [exercise, other] = ["1/1", "1/2"].map(|word| super::super::find(&course, word).unwrap());
        course.root = folder.path().to_owned();
        fs::write(folder.path().join("Cargo.toml"), "").unwrap();
        let mut progress = Progress::read(&course).unwrap();
        assert!(!progress.is_solved(&exercise));
        progress.note(&exercise, true).unwrap();
        assert!(Progress::read(&course).unwrap().is_solved(&exercise));
        Progress::read(&course).unwrap().note(&other, true).unwrap();
        assert_eq!(
            fs::read_to_string(folder.path().join("progress.txt")).unwrap(),
            "threads/in_order solved\nthreads/stop solved\n"
        );
        progress.note(&exercise, false).unwrap();
        let progress = Progress::read(&course).unwrap();
        assert!(!progress.is_solved(&exercise) && progress.is_solved(&other));
    }
}
