//! All puzzles of the course. A puzzle is two files in its lesson's folder: `puzzles/NAME.rs` with the mistake, and
//! beside it `puzzles/NAME.mended.toml` with the edits that take it out. The lesson's Cargo.toml lists the names.

use harness::Class;
use interleave::{Scene, SearchResult};
use source::anchor::{self, Anchor};
use source::doc;

/// Makes the scenario of a puzzle's file out of the function that begins it.
///
/// A macro, so that the model is run in the puzzle's file: an `assert…!` there is a wrong value, not a panic.
macro_rules! scenario {
    ($main:ident) => {
        pub(super) const SCENARIO: $crate::puzzles::Scenario = $crate::puzzles::Scenario {
            schedule: |choose| interleave::Model::new().schedule($main, choose),
            search: || interleave::Model::new().search($main),
        };
    };
}

pub(crate) use scenario;

/// A file: its name from the course's folder, its path, and its module.
macro_rules! code {
    ($file:literal, $path:literal, $module:ident) => {
        Code { file: $file, source: include_str!($path), scenario: $module::SCENARIO }
    };
}

// The modules, the folder of the course as `ROOT`, and the list `ALL`: written by build.rs.
include!(concat!(env!("OUT_DIR"), "/all.rs"));

/// Code that can be played, and code that cannot be broken.
#[derive(Clone, Copy, Debug)]
pub struct Puzzle {
    /// The number and the title of its lesson.
    pub lesson: &'static str,
    /// `lost_progress`
    pub name: &'static str,
    /// With the mistake.
    pub code: Code,
    /// Without.
    pub mended: Code,
}

/// A puzzle's code, as it is or mended.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// Where it comes from, from the course's folder: a Rust file, or the edits of one.
    pub file: &'static str,
    /// All of the Rust file.
    pub source: &'static str,
    /// Runs it.
    pub scenario: Scenario,
}

/// Says which thread goes on.
pub type Choose<'a> = dyn FnMut(&Scene) -> Option<usize> + 'a;

/// The two ways to run a file's code.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// [`interleave::Model::schedule`].
    pub schedule: fn(&mut Choose<'_>) -> SearchResult,
    /// [`interleave::Model::search`].
    pub search: fn() -> SearchResult,
}

/// What the first lines of a puzzle's file say: `//! goal: …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// `puzzle`: its title.
    pub title: String,
    /// `goal`: what is to be reached, in a sentence or two.
    pub goal: String,
    /// `class`: how an execution fails that reaches it.
    pub class: Class,
    /// `learnt`: what to remember.
    pub learnt: String,
}

impl Puzzle {
    /// The puzzle of this name.
    pub fn find(name: &str) -> Option<&'static Puzzle> {
        ALL.iter().find(|puzzle| puzzle.name == name)
    }

    /// What its first lines say.
    ///
    /// # Errors
    ///
    /// What is missing there, in a line.
    pub fn header(&self) -> Result<Header, String> {
        Header::parse(self.code.source).map_err(|why| format!("{}: {why}", self.code.file))
    }
}

impl Code {
    /// The lines that are shown.
    pub fn shown(&self) -> Anchor<'static> {
        anchor::find(self.source, "show").expect("the build script has found it")
    }
}

impl Header {
    fn parse(source: &str) -> Result<Header, String> {
        const KEYS: [&str; 4] = ["puzzle", "goal", "class", "learnt"];
        let mut texts = [const { String::new() }; KEYS.len()];
        let mut current = None;
        for line in doc::split(source).0.lines() {
            let (key, text) = line.split_once(": ").unwrap_or(("", line));
            let (at, text) = match KEYS.iter().position(|known| *known == key) {
                Some(at) => (Some(at), text),
                // A long sentence goes on.
                None => (current, line),
            };
            current = at;
            let of_key = &mut texts[at.ok_or("the first line must be `//! puzzle: TITLE`")?];
            if !of_key.is_empty() {
                of_key.push(' ');
            }
            of_key.push_str(text.trim());
        }
        if let Some(at) = texts.iter().position(String::is_empty) {
            return Err(format!("there is no line `//! {}: …`", KEYS[at]));
        }
        let [title, goal, class, learnt] = texts;
        let class = class.parse().map_err(|error: harness::NoSuchClass| error.to_string())?;
        Ok(Header { title, goal, class, learnt })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_lines_say_what_the_puzzle_is() {
        let source =
            "//! puzzle: T\n//! goal: Do: it\n//! and more.\n//! class: deadlock\n//! learnt: L\n\nuse x;\n";
        let header = Header::parse(source).unwrap();
        assert_eq!((header.title.as_str(), header.goal.as_str()), ("T", "Do: it and more."));
        assert_eq!((header.class, header.learnt.as_str()), (Class::Deadlock, "L"));
        for (source, why) in [
            ("", "there is no line `//! puzzle: …`"),
            ("//! hello", "the first line must be `//! puzzle: TITLE`"),
            ("//! puzzle: T\n//! goal: G\n//! class: slow\n//! learnt: L", "no verdict class 'slow'"),
        ] {
            assert_eq!(Header::parse(source).unwrap_err(), why);
        }
    }
}
