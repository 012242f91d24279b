//! Positions in a program, and syntax errors.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// A place in a program. Lines and columns count from 1; a column is a character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// A program's text, and its name for messages.
#[derive(Debug)]
pub(crate) struct Source {
    pub name: String,
    pub text: String,
}

/// How much of a line or a word a message shows, in characters.
const SHOWN: usize = 160;

impl Source {
    /// The line of a place without the blanks around it; empty if there is no such line.
    pub fn line(&self, at: Position) -> String {
        self.around(at).map_or_else(String::new, |(text, _)| text.trim().to_owned())
    }

    /// The line of a place, and the part of the line before the place. Of a long line, only the part around the place.
    fn around(&self, at: Position) -> Option<(String, String)> {
        let line = self.text.lines().nth(at.line as usize - 1)?;
        let before = at.column as usize - 1;
        let first = if line.chars().count() <= SHOWN { 0 } else { before.saturating_sub(SHOWN / 2) };
        let near = printable(line.chars().skip(first));
        let before = near.chars().take(before - first).collect();
        Some((near, before))
    }
}

/// The first of these characters, with control characters replaced: they could act on a terminal.
fn printable(text: impl Iterator<Item = char>) -> String {
    let shown = |c: char| if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c };
    text.take(SHOWN).map(shown).collect()
}

/// What is wrong with the text of a program.
///
/// Displayed as `program.py:3:9: message`, with the line and a caret under it.
#[derive(Clone, Debug)]
pub struct SyntaxError {
    pub(crate) at: Position,
    pub(crate) message: String,
    pub(crate) source: Option<Arc<Source>>,
}

impl SyntaxError {
    pub(crate) fn new(at: Position, message: impl AsRef<str>) -> Self {
        SyntaxError { at, message: printable(message.as_ref().chars()), source: None }
    }

    pub(crate) fn of(self, source: &Arc<Source>) -> Self {
        SyntaxError { source: Some(Arc::clone(source)), ..self }
    }

    /// The place of the error.
    pub fn position(&self) -> Position {
        self.at
    }

    /// The message: one line.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.at;
        let name = self.source.as_ref().map_or("program", |source| &source.name);
        write!(f, "{name}:{line}:{column}: {}", self.message)?;
        let Some((text, before)) = self.source.as_ref().and_then(|source| source.around(self.at)) else {
            return Ok(());
        };
        let before: String = before.chars().map(|c| if c == '\t' { c } else { ' ' }).collect();
        write!(f, "\n    {text}\n    {before}^")
    }
}

impl Error for SyntaxError {}
