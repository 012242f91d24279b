//! Where in a program something is, and what is wrong there.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// A place in a program: both count from 1, a column is a character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// A program's text and the name that messages call it by.
#[derive(Debug)]
pub(crate) struct Source {
    pub name: String,
    pub text: String,
}

impl Source {
    /// A line without the blanks around it, or nothing.
    pub fn line(&self, line: u32) -> &str {
        self.text.lines().nth(line as usize - 1).unwrap_or("").trim()
    }
}

/// What is wrong with the text of a program.
///
/// Displayed as `program.py:3:9: what is wrong`, with the line and a caret under it.
#[derive(Clone, Debug)]
pub struct SyntaxError {
    pub(crate) at: Position,
    pub(crate) message: String,
    pub(crate) source: Option<Arc<Source>>,
}

impl SyntaxError {
    pub(crate) fn new(at: Position, message: impl Into<String>) -> Self {
        SyntaxError { at, message: message.into(), source: None }
    }

    pub(crate) fn of(self, source: &Arc<Source>) -> Self {
        SyntaxError { source: Some(Arc::clone(source)), ..self }
    }

    /// Where.
    pub fn position(&self) -> Position {
        self.at
    }

    /// What, in a line.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.at;
        let name = self.source.as_ref().map_or("program", |source| &source.name);
        write!(f, "{name}:{line}:{column}: {}", self.message)?;
        let Some(text) = self.source.as_ref().and_then(|s| s.text.lines().nth(line as usize - 1)) else {
            return Ok(());
        };
        let before: String =
            text.chars().take(column as usize - 1).map(|c| if c == '\t' { c } else { ' ' }).collect();
        write!(f, "\n    {text}\n    {before}^")
    }
}

impl Error for SyntaxError {}
