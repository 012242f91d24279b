//! `crates/play`, built when it is needed and called for every scene.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use ungil_timeline::Style;

use crate::cargo;
use crate::failure::{Context, Failure, Result};
use crate::lessons::Course;
use crate::process;

/// A net: no call takes a second, and a search of a model ends by itself after ten.
const LIMIT: Duration = Duration::from_secs(60);

const PACKAGE: &str = "ungil-play";

pub struct Tool {
    binary: PathBuf,
    root: PathBuf,
    style: Style,
}

/// What there is to play.
#[derive(Clone)]
pub struct Puzzle {
    /// The folder of its lesson.
    pub lesson: String,
    pub name: String,
    pub title: String,
    pub goal: String,
    pub learnt: String,
    /// The fewest choices that reach the goal.
    pub par: u64,
    pub code: Code,
    pub mended: Code,
}

/// The lines of a file that are shown.
#[derive(Clone)]
pub struct Code {
    /// From the root.
    pub file: String,
    /// The number of the first one.
    pub first: u64,
    pub lines: Vec<String>,
}

/// Where an execution stands.
pub struct Position {
    pub threads: Vec<Thread>,
    pub steps: Vec<Step>,
    pub end: Option<End>,
}

pub struct Thread {
    pub name: String,
    pub can_go_on: bool,
    pub ended: bool,
    pub next: Option<Next>,
}

/// What a thread does next, or waits for.
pub struct Next {
    pub text: String,
    pub line: u64,
    /// Who has what it waits for, and since which line.
    pub held_by: Option<(usize, u64)>,
}

pub struct Step {
    pub thread: usize,
    pub text: String,
}

/// How an execution ends.
pub struct End {
    /// As was asked for.
    pub goal: bool,
    /// The failure, unless nothing went wrong.
    pub picture: Option<String>,
}

/// What a search of the mended version comes to.
pub enum Mended {
    /// In the model checker's words.
    Proof(String),
    Failure(String),
}

impl Tool {
    /// Builds it, which takes a while the first time.
    pub fn build(course: &Course, style: &Style) -> Result<Tool> {
        let mut built = cargo::build(&course.root, &["build", "-p", PACKAGE])?;
        if let Some(error) = built.errors.values().next() {
            return Err(Failure::Failed(format!("the puzzles do not compile:\n{error}")));
        }
        let binary = built.binaries.remove(PACKAGE).context(|| format!("no binary of {PACKAGE}"))?;
        Ok(Tool { binary, root: course.root.clone(), style: *style })
    }

    /// All puzzles, in the order of the lessons.
    pub fn puzzles(&self) -> Result<Vec<Puzzle>> {
        Ok(array(&self.value(&[])?, Puzzle::read))
    }

    /// Where the execution stands after these choices.
    pub fn position(&self, name: &str, choices: &[usize]) -> Result<Position> {
        Ok(Position::read(&self.value(&[name, &words(choices)])?))
    }

    /// The fewest choices that reach the goal from there, if it can be reached.
    pub fn solve(&self, name: &str, choices: &[usize]) -> Result<Option<Vec<usize>>> {
        let value = self.value(&["--solve", name, &words(choices)])?;
        Ok((!value["choices"].is_null()).then(|| array(&value["choices"], index)))
    }

    /// Searches all executions of the mended version.
    pub fn mended(&self, name: &str) -> Result<Mended> {
        let value = self.value(&["--mended", name])?;
        Ok(match optional(&value["proof"]) {
            Some(proof) => Mended::Proof(proof),
            None => Mended::Failure(text(&value["failure"])),
        })
    }

    /// All schedules, as the tool writes them.
    pub fn tree(&self, name: &str) -> Result<String> {
        self.call(&["--tree", name])
    }

    fn value(&self, words: &[&str]) -> Result<Value> {
        serde_json::from_str(&self.call(words)?).context(|| PACKAGE.into())
    }

    fn call(&self, words: &[&str]) -> Result<String> {
        let mut command = Command::new(&self.binary);
        command.current_dir(&self.root).args(words).env("RUST_BACKTRACE", "0");
        command.env("COLUMNS", self.style.width.saturating_sub(2).to_string());
        command.env("UNGIL_ASCII", if self.style.unicode { "" } else { "1" });
        let output = process::output(command, LIMIT)?;
        match output.how_it_ended {
            None => Ok(output.stdout),
            Some(how) => Err(Failure::Failed(format!("{PACKAGE} {how}: {}", output.stderr.trim()))),
        }
    }
}

/// Choices as the tool reads them: `0,1,0`.
fn words(choices: &[usize]) -> String {
    choices.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
}

impl Puzzle {
    fn read(value: &Value) -> Puzzle {
        Puzzle {
            lesson: text(&value["lesson"]),
            name: text(&value["name"]),
            title: text(&value["title"]),
            goal: text(&value["goal"]),
            learnt: text(&value["learnt"]),
            par: number(&value["par"]),
            code: Code::read(&value["code"]),
            mended: Code::read(&value["mended"]),
        }
    }
}

impl Code {
    fn read(value: &Value) -> Code {
        Code {
            file: text(&value["file"]),
            first: number(&value["first"]),
            lines: array(&value["lines"], text),
        }
    }
}

impl Position {
    fn read(value: &Value) -> Position {
        let end = &value["end"];
        Position {
            threads: array(&value["scene"]["threads"], Thread::read),
            steps: array(&value["scene"]["steps"], |step| Step {
                thread: index(&step["thread"]),
                text: text(&step["text"]),
            }),
            end: (!end.is_null())
                .then(|| End { goal: end["goal"] == Value::Bool(true), picture: optional(&end["picture"]) }),
        }
    }
}

impl Thread {
    fn read(value: &Value) -> Thread {
        let next = &value["next"];
        Thread {
            name: text(&value["name"]),
            can_go_on: value["can_go_on"] == Value::Bool(true),
            ended: value["ended"] == Value::Bool(true),
            next: (!next.is_null()).then(|| Next {
                text: text(&next["text"]),
                line: number(&next["line"]["number"]),
                held_by: (!next["holder"].is_null())
                    .then(|| (index(&next["holder"]), number(&next["holder_line"]["number"]))),
            }),
        }
    }
}

fn array<T>(value: &Value, each: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().into_iter().flatten().map(each).collect()
}

fn text(value: &Value) -> String {
    optional(value).unwrap_or_default()
}

fn optional(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

fn index(value: &Value) -> usize {
    number(value) as usize
}
