//! `ungil-play`: what `cargo xtask play` calls. It keeps nothing: each call replays the choices that it is given, and
//! prints one line of JSON.

use std::io::Write;
use std::process::ExitCode;

use play::json;
use play::puzzles::{self, Puzzle};
use play::replay;
use play::tree::{LIMIT, Tree};
use serde_json::{Value, json};

const USAGE: &str = "ungil-play                          all puzzles
ungil-play NAME [0,1,…]             where the execution stands after these choices of threads
ungil-play --solve NAME [0,1,…]     the fewest choices that reach the goal from there
ungil-play --tree NAME              all schedules
ungil-play --mended NAME            searches all executions of the mended version";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match answer(&words.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(value) => {
            // Whoever has closed the other end has seen enough.
            let _ = writeln!(std::io::stdout(), "{value}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

fn answer(words: &[&str]) -> Result<Value, String> {
    match words {
        [] => puzzles::ALL.iter().map(json::puzzle).collect::<Result<Value, _>>(),
        ["--solve", name] => solve(find(name)?, &[]),
        ["--solve", name, choices] => solve(find(name)?, &parse(choices)?),
        ["--tree", name] => json::tree(find(name)?),
        ["--mended", name] => Ok(json::mended(&replay::search(&find(name)?.mended))),
        [name] if !name.starts_with('-') => position(find(name)?, &[]),
        [name, choices] if !name.starts_with('-') => position(find(name)?, &parse(choices)?),
        _ => Err(USAGE.to_owned()),
    }
}

fn find(name: &str) -> Result<&'static Puzzle, String> {
    Puzzle::find(name).ok_or_else(|| format!("no puzzle '{}'", name.escape_debug()))
}

fn parse(choices: &str) -> Result<Vec<usize>, String> {
    let choices = choices.split(',').filter(|choice| !choice.is_empty()).map(str::parse);
    choices.collect::<Result<_, _>>().map_err(|_| "choices are numbers of threads: 0,1,0".to_owned())
}

fn position(puzzle: &Puzzle, choices: &[usize]) -> Result<Value, String> {
    let position = replay::position(&puzzle.code, choices)
        .map_err(|wrong| format!("there is no choice {} of these", wrong.at + 1))?;
    Ok(json::position(&position, puzzle.header()?.class))
}

fn solve(puzzle: &Puzzle, choices: &[usize]) -> Result<Value, String> {
    let choices = Tree::grow(&puzzle.code, choices, LIMIT).shortest(puzzle.header()?.class);
    Ok(json!({ "choices": choices }))
}
