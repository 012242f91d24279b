//! `ungil-play`: the puzzle game of `cargo xtask play`.

mod draw;
mod game;

use std::io::{self, IsTerminal, Read};
use std::process::ExitCode;
use std::sync::mpsc;

use play::json;
use play::puzzles::{self, Puzzle};
use play::tree::{LIMIT, Tree};
use terminal::screen::DIM;
use terminal::signals::on_signals;
use terminal::{Key, Keys, Screen};

use game::{Game, Goal};

const USAGE: &str = "usage: ungil-play                 lists the puzzles
       ungil-play NAME            plays one
       ungil-play --solve NAME    prints the fewest keys that reach its goal
       ungil-play --tree NAME     prints all its schedules as JSON";

fn main() -> ExitCode {
    // Without it shuttle writes a line to stderr for each deadlock that it finds, into the middle of the screen.
    // SAFETY: no other thread has begun that could read the environment.
    unsafe { std::env::set_var("SHUTTLE_CAPTURE_BACKTRACE", "1") };
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut screen = Screen::stdout();
    match run(&words.iter().map(String::as_str).collect::<Vec<_>>(), &mut screen) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(Error::Misuse(line)) => {
            anstream::eprintln!("{line}");
            ExitCode::from(2)
        }
        // The reader of our output has closed the pipe: not an error.
        Err(Error::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Error::Io(error)) => {
            anstream::eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Why there is no game.
enum Error {
    /// The words make no sense, or the puzzle does not.
    Misuse(String),
    /// The terminal does not work.
    Io(io::Error),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::Io(error)
    }
}

impl From<String> for Error {
    fn from(line: String) -> Error {
        Error::Misuse(line)
    }
}

/// Says whether the goal was reached, where there is one.
fn run(words: &[&str], screen: &mut Screen) -> Result<bool, Error> {
    match words {
        [] => list(screen)?,
        ["--solve", name] => screen.line(solution(find(name)?)?)?,
        ["--tree", name] => screen.line(json::tree(find(name)?)?)?,
        [name] if !name.starts_with('-') => return play(find(name)?, screen),
        _ => return Err(Error::Misuse(USAGE.to_owned())),
    }
    Ok(true)
}

fn find(name: &str) -> Result<&'static Puzzle, String> {
    Puzzle::find(name).ok_or_else(|| format!("no puzzle '{}'", name.escape_debug()))
}

/// Single keys on a terminal, else the characters of stdin.
fn play(puzzle: &'static Puzzle, screen: &mut Screen) -> Result<bool, Error> {
    let game = Game::new(Goal::of(puzzle)?, screen);
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        let stdin = io::stdin().lock().bytes().map_while(|byte| byte.ok());
        let keys = stdin.map(char::from).filter(|c| !c.is_whitespace());
        return Ok(game.play(keys.map(Key::from))?);
    }
    let (sender, inbox) = mpsc::channel();
    let quit = sender.clone();
    on_signals(move || {
        // The game may have ended.
        let _ = quit.send(Key::Quit);
    })?;
    // Dropped on every way out, a panic among them.
    let _keys = Keys::listen(move |key| sender.send(key).is_ok())?;
    Ok(game.in_raw_mode().play(inbox.into_iter())?)
}

/// The keys that reach the goal in as few choices as possible.
fn solution(puzzle: &'static Puzzle) -> Result<String, String> {
    let choices = Tree::grow(&puzzle.code, &[], LIMIT).shortest(puzzle.header()?.class);
    let choices = choices.ok_or_else(|| format!("{}: no choices reach its goal", puzzle.name))?;
    Ok(choices.into_iter().map(draw::key).collect())
}

fn list(screen: &mut Screen) -> Result<(), Error> {
    screen.blank()?;
    screen.heading("Puzzles", "you are the scheduler")?;
    screen.rule()?;
    let rows = puzzles::ALL.iter().map(|puzzle| {
        let goal = Goal::of(puzzle)?;
        let par = format!("par {}", goal.par);
        Ok(vec![puzzle.name.to_owned(), puzzle.lesson.to_owned(), par, goal.header.goal])
    });
    screen.table(&rows.collect::<Result<Vec<_>, String>>()?)?;
    screen.blank()?;
    screen.prose(0, DIM, "cargo xtask play NAME: you choose which thread makes its next step.")?;
    Ok(())
}
