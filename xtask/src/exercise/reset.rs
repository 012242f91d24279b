//! `cargo xtask reset 1/2`: the learner's file as it was at first. What was there is kept beside it.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use super::progress::Progress;
use super::{Exercise, find};
use crate::failure::{Context, Result};
use crate::file;
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
    let path = exercise.root.join(exercise.file());
    let stub = exercise.read(&exercise.stub())?;
    let backup = match file::read(&path) {
        Ok(old) if old == stub.as_bytes() => return Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        // Also what is not a file.
        Ok(_) | Err(_) => Some(move_away(exercise)?),
    };
    // Not there, so nothing is written through a link.
    let file = File::create_new(&path);
    file.and_then(|mut file| file.write_all(stub.as_bytes()))
        .context(|| exercise.file().display().to_string())?;
    Ok(backup)
}

/// Renames the learner's file to `e1_name.rs.bak1`, or the next number that is free.
fn move_away(exercise: &Exercise) -> Result<PathBuf> {
    let mut names = (1..).map(|number: u32| exercise.file().with_extension(format!("rs.bak{number}")));
    let is_free = |name: &PathBuf| fs::symlink_metadata(exercise.root.join(name)).is_err();
    let backup = names.find(is_free).context(|| "no free name for a backup".into())?;
    fs::rename(exercise.root.join(exercise.file()), exercise.root.join(&backup))
        .context(|| backup.display().to_string())?;
    Ok(backup)
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
        #[cfg(unix)]
        {
            let (file, other) = (folder.path().join(exercise.file()), folder.path().join("other"));
            fs::write(&other, "other").unwrap();
            fs::remove_file(&file).unwrap();
            std::os::unix::fs::symlink(&other, &file).unwrap();
            assert!(reset(&exercise).unwrap().unwrap().to_string_lossy().ends_with("rs.bak3"));
            assert_eq!(exercise.read(&exercise.file()).unwrap(), "stub");
            assert_eq!(fs::read_to_string(other).unwrap(), "other", "nothing was written through the link");
        }
    }
}
