//! `cargo xtask play`: calls the puzzle game of `crates/play`, which links the model checker.

use std::ffi::OsString;

use crate::cargo;
use crate::failure::{Failure, Result};
use crate::lessons::Course;

/// The words of cargo that build the game.
pub const BUILD: &[&str] = &["build", "-p", PROGRAM];

/// The game's package and program.
pub const PROGRAM: &str = "ungil-play";

/// Lets the learner play the puzzle that `word` means, or with `tree` prints all its schedules; without a word, lists
/// the puzzles.
pub fn run(course: &Course, word: Option<&str>, tree: bool) -> Result<()> {
    let name = word.map(|word| find(course, word)).transpose()?;
    let words = tree.then(|| "--tree".to_owned()).into_iter().chain(name);
    cargo::run_program(course, BUILD, PROGRAM, words.map(OsString::from))
}

/// The name of the puzzle that `word` means: `lost_progress`, `lost-progress` or `1/lost_progress`.
fn find(course: &Course, word: &str) -> Result<String> {
    let name = word.rsplit('/').next().unwrap_or(word).to_lowercase().replace([' ', '-'], "_");
    let names: Vec<&String> = course.lessons.iter().flat_map(|lesson| &lesson.puzzles).collect();
    if names.contains(&&name) {
        return Ok(name);
    }
    let near = names.iter().map(|near| (strsim::jaro_winkler(near, &name), near));
    let hint = match near.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((similarity, near)) if similarity > 0.75 => format!("did you mean '{near}'?"),
        _ => "`cargo xtask play` shows them".to_owned(),
    };
    Err(Failure::Misuse(format!("no puzzle '{}'; {hint}", word.escape_debug())))
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
