//! The recorded game of every puzzle is how it goes today: begun badly, a hint, begun again, and solved in as few
//! choices as possible.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::snapshot::Snapshot;
use xtask::failure::{Context, Failure, Result};
use xtask::lessons::Course;
use xtask::process::{self, Exit};
use xtask::{cargo, play};

/// Keys: the first thread as far as it can go, a hint, and a restart.
const BADLY: &str = "11hr";

/// For the search of all schedules: only a net.
const LIMIT: Duration = Duration::from_secs(60);

/// The games of all puzzles.
pub fn snapshots(course: &Course) -> Result<Vec<Snapshot>> {
    let (runner, player) = (crate::runner()?, player(course)?);
    let mut games = Vec::new();
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        for name in &lesson.puzzles {
            let keys = format!("{BADLY}{}", keys(&player, name)?);
            let path = course.root.join(lesson.dir()).join("puzzles").join(name).with_extension("stdout");
            games.push(Snapshot::exact(path, game(&runner, name, &keys)?));
        }
    }
    Ok(games)
}

/// The program that `cargo xtask play` calls.
fn player(course: &Course) -> Result<PathBuf> {
    let mut built = cargo::build(&course.root, play::BUILD)?;
    built.binaries.remove(play::PROGRAM).context(|| format!("cargo has built no {}", play::PROGRAM))
}

/// The keys that solve the puzzle in as few choices as possible.
fn keys(player: &Path, name: &str) -> Result<String> {
    let mut command = Command::new(player);
    command.args(["--solve", name]);
    let output = process::output(command, LIMIT)?;
    let keys = output.success().context(|| name.to_owned())?;
    Ok(keys.trim_end().to_owned())
}

/// What is printed into a pipe of 80 columns while these keys come out of another one.
fn game(runner: &Path, name: &str, keys: &str) -> Result<String> {
    let (stdin, mut keyboard) = std::io::pipe()?;
    keyboard.write_all(keys.as_bytes())?;
    drop(keyboard);
    let mut text = String::new();
    let exit = process::lines(
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
    match exit {
        Exit::Success => Ok(text),
        _ => Err(Failure::Failed(format!("play {name} with the keys {keys} {exit}:\n{text}"))),
    }
}
