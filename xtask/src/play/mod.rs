//! `cargo xtask play`: the learner is the scheduler.
//!
//! - this file: which puzzles there are, and the command's words.
//! - `tool`: builds and calls `crates/play`, which knows the puzzles and runs them; the runner itself links no model
//!   checker.
//! - `game`: keys, choices, undo, until the goal is reached; `draw`: what it looks like.

mod draw;
mod game;
mod tool;

use std::fs;
use std::io::{IsTerminal, Read};
use std::sync::mpsc;

use crate::exercise::groups::on_signals;
use crate::failure::{Context, Failure, Result};
use crate::keys::{Key, Keys};
use crate::lessons::{Course, Lesson};
use crate::screen::{DIM, Screen};
use game::Game;
use tool::Tool;

/// The names of a lesson's puzzles: every file of its folder `puzzles` is one, with `NAME.mended.rs` and the
/// recorded `NAME.stdout` beside it.
pub fn names(course: &Course, lesson: &Lesson) -> Result<Vec<String>> {
    let dir = course.root.join(lesson.dir()).join("puzzles");
    let mut names = Vec::new();
    if dir.exists() {
        for entry in fs::read_dir(&dir).context(|| dir.display().to_string())? {
            let file = entry?.file_name().to_string_lossy().into_owned();
            names.extend(file.strip_suffix(".rs").filter(|name| !name.contains('.')).map(str::to_owned));
        }
    }
    names.sort();
    Ok(names)
}

/// Lets the learner play; without a word, says what there is to play.
pub fn run(course: &Course, word: Option<&str>, screen: &mut Screen) -> Result<()> {
    let Some(word) = word else { return list(course, screen) };
    let name = find(course, word)?;
    let tool = Tool::build(course, &screen.style)?;
    let game = Game::new(&tool, &name, screen)?;
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        let stdin = std::io::stdin().lock().bytes().map_while(|byte| byte.ok());
        let keys = stdin.map(char::from).filter(|c| !c.is_whitespace());
        return game.play(keys.map(Key::from));
    }
    let (sender, inbox) = mpsc::channel();
    let quit = sender.clone();
    on_signals(move || {
        // Nobody listens after the end.
        let _ = quit.send(Key::Quit);
    })?;
    // Dropped on every way out, a panic among them.
    let _keys = Keys::listen(move |key| sender.send(key).is_ok())?;
    game.in_raw_mode().play(inbox.into_iter())
}

/// All schedules of a puzzle as JSON.
pub fn tree(course: &Course, word: &str, screen: &mut Screen) -> Result<()> {
    let name = find(course, word)?;
    let tree = Tool::build(course, &screen.style)?.tree(&name)?;
    Ok(screen.line(tree.trim_end())?)
}

/// The keys that solve the puzzle in as few choices as possible.
pub fn solution(course: &Course, name: &str, screen: &Screen) -> Result<String> {
    let choices = Tool::build(course, &screen.style)?.solve(name, &[])?;
    let choices = choices.context(|| format!("{name}: no choices reach its goal"))?;
    Ok(choices.into_iter().map(draw::key).collect())
}

/// The name of the puzzle that `word` means: `lost_progress`, `lost-progress` or `1/lost_progress`.
fn find(course: &Course, word: &str) -> Result<String> {
    let name = word.rsplit('/').next().unwrap_or(word).to_lowercase().replace([' ', '-'], "_");
    let written = course.lessons.iter().filter(|lesson| lesson.written);
    let names = written.map(|lesson| names(course, lesson)).collect::<Result<Vec<_>>>()?.concat();
    if names.contains(&name) {
        return Ok(name);
    }
    let near = names.iter().map(|near| (strsim::jaro_winkler(near, &name), near));
    let hint = match near.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((similarity, near)) if similarity > 0.75 => format!("did you mean '{near}'?"),
        _ => "`cargo xtask play` shows them".to_owned(),
    };
    Err(Failure::Misuse(format!("no puzzle '{}'; {hint}", word.escape_debug())))
}

fn list(course: &Course, screen: &mut Screen) -> Result<()> {
    let puzzles = Tool::build(course, &screen.style)?.puzzles()?;
    screen.blank()?;
    screen.heading("Puzzles", "you are the scheduler")?;
    screen.rule()?;
    let rows = puzzles.iter().map(|puzzle| {
        let lesson = course.lessons.iter().find(|lesson| lesson.name == puzzle.lesson);
        let lesson = lesson.map_or_else(String::new, |lesson| format!("{} {}", lesson.number, lesson.title));
        vec![puzzle.name.clone(), lesson, format!("par {}", puzzle.par), puzzle.goal.clone()]
    });
    screen.table(&rows.collect::<Vec<_>>())?;
    screen.blank()?;
    screen.prose(0, DIM, "cargo xtask play NAME: you choose which thread makes its next step.")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_finds_a_puzzle_and_an_unknown_one_the_nearest() {
        let course = Course::read().unwrap();
        for word in ["lost_progress", "lost-progress", "1/lost_progress", "Lost Progress"] {
            assert_eq!(find(&course, word).unwrap(), "lost_progress", "{word}");
        }
        for (word, line) in [
            ("lost_progres", "no puzzle 'lost_progres'; did you mean 'lost_progress'?"),
            ("", "no puzzle ''; `cargo xtask play` shows them"),
        ] {
            let failure = find(&course, word).expect_err(word);
            assert_eq!((failure.to_string().as_str(), failure.code()), (line, 2));
        }
    }
}
