//! `cargo xtask reset 1/2`: the learner's file as it was at first. What was there is kept beside it.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::PathBuf;

use super::progress::Progress;
use super::{Exercise, find};
use crate::failure::{Context, Result};
use crate::lessons::Course;
use terminal::screen::{DIM, Screen};

pub fn run(course: &Course, word: &str, screen: &mut Screen) -> Result<()> {
    let exercise = find(course, word)?;
    let backup = reset(&exercise)?;
    Progress::read(course)?.note(&exercise, false)?;
    screen.line(format_args!("{} is as it was at first.", exercise.file().display()))?;
    if let Some(backup) = backup {
        screen.line(format_args!("{DIM}What was there is in {}{DIM:#}", backup.display()))?;
    }
    Ok(())
}

/// Gives the backup's path from the root, if there was anything to keep.
fn reset(exercise: &Exercise) -> Result<Option<PathBuf>> {
    let file = exercise.root.join(exercise.file());
    let stub =
        fs::read(exercise.root.join(exercise.stub())).context(|| exercise.stub().display().to_string())?;
    let old = match fs::read(&file) {
        Ok(old) => old,
        Err(error) if error.kind() == ErrorKind::NotFound => stub.clone(),
        Err(error) => return Err(error).context(|| exercise.file().display().to_string()),
    };
    let backup = if old == stub { None } else { Some(keep(exercise, &old)?) };
    fs::write(&file, stub).context(|| exercise.file().display().to_string())?;
    Ok(backup)
}

/// Writes `e1_name.rs.bak1`, or the next number that no file has.
fn keep(exercise: &Exercise, old: &[u8]) -> Result<PathBuf> {
    let mut number = 1_u32;
    loop {
        let backup = exercise.file().with_extension(format!("rs.bak{number}"));
        match File::create_new(exercise.root.join(&backup)) {
            Ok(mut file) => {
                std::io::Write::write_all(&mut file, old).context(|| backup.display().to_string())?;
                return Ok(backup);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error).context(|| backup.display().to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reset_keeps_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let course = Course::read().unwrap();
        let exercise = Exercise { root: folder.path().to_owned(), ..find(&course, "1/1").unwrap() };
        for path in [exercise.file(), exercise.stub()] {
            fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        }
        let write = |path: PathBuf, text: &str| fs::write(folder.path().join(path), text).unwrap();
        write(exercise.stub(), "stub");
        assert_eq!(reset(&exercise).unwrap(), None);
        for (text, expected) in [("first", "rs.bak1"), ("second", "rs.bak2")] {
            write(exercise.file(), text);
            let backup = reset(&exercise).unwrap().unwrap();
            assert!(backup.to_string_lossy().ends_with(expected));
            assert_eq!(exercise.read(&backup).unwrap(), text);
            assert_eq!(exercise.read(&exercise.file()).unwrap(), "stub");
        }
    }
}
