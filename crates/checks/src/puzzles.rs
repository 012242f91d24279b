//! The recorded game of every puzzle is how it goes today: begun badly, a hint, begun again, and solved in as few
//! choices as possible.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::all_or;
use xtask::failure::{Context, Failure, Result};
use xtask::lessons::Course;
use xtask::screen::Screen;
use xtask::{play, process};

/// T1 as far as it comes, what then can be hoped for, and from the beginning.
const BADLY: &str = "11hr";

/// Plays all puzzles and compares the screens.
pub fn check(course: &Course, screen: &Screen) -> Result<()> {
    let mut failures = Vec::new();
    for (path, game) in games(course, screen)? {
        if fs::read_to_string(&path).ok().as_ref() != Some(&game) {
            let shown = path.strip_prefix(&course.root).unwrap_or(&path).display();
            failures.push(format!("{shown}: not as recorded; now it goes so:\n{game}"));
        }
    }
    all_or(&failures, "games differ; if that is right: `cargo xtask test --bless`")
}

/// Records all games; says which files have changed.
pub fn bless(course: &Course, screen: &Screen) -> Result<Vec<PathBuf>> {
    let mut changed = Vec::new();
    for (path, game) in games(course, screen)? {
        if fs::read_to_string(&path).ok().as_ref() != Some(&game) {
            fs::write(&path, game).context(|| path.display().to_string())?;
            changed.push(path);
        }
    }
    Ok(changed)
}

/// Each game, and where it is recorded.
fn games(course: &Course, screen: &Screen) -> Result<Vec<(PathBuf, String)>> {
    let runner = crate::runner()?;
    let mut games = Vec::new();
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        for name in play::names(course, lesson)? {
            let keys = format!("{BADLY}{}", play::solution(course, &name, screen)?);
            let path = course.root.join(lesson.dir()).join("puzzles").join(&name).with_extension("stdout");
            games.push((path, game(&runner, &name, &keys)?));
        }
    }
    Ok(games)
}

/// What is printed into a pipe of 80 columns while these keys come out of another one.
fn game(runner: &Path, name: &str, keys: &str) -> Result<String> {
    let (stdin, mut keyboard) = std::io::pipe()?;
    keyboard.write_all(keys.as_bytes())?;
    drop(keyboard);
    let mut text = String::new();
    let status = process::run(
        runner,
        |command| {
            command.args(["play", name]).stdin(stdin);
            command.env("COLUMNS", "80").env("LC_ALL", "C.UTF-8").env_remove("UNGIL_ASCII");
            command.env_remove("CLICOLOR_FORCE");
        },
        |line| {
            text.push_str(line);
            text.push('\n');
            Ok(())
        },
    )?;
    match process::how_it_ended(status) {
        None => Ok(text),
        Some(how) => Err(Failure::Failed(format!("play {name} with the keys {keys} {how}:\n{text}"))),
    }
}
