//! Exceptions, under Python's names.

use std::error::Error;
use std::fmt::{self, Write};

use crate::syntax::{Position, Source};

/// The classes of Python's exceptions that can happen here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionKind {
    /// An attribute that an object does not have.
    AttributeError,
    /// `import` of a name that a module does not have.
    ImportError,
    /// An index outside of a list.
    IndexError,
    /// A key that is not in a dict.
    KeyError,
    /// More than may be allocated at once.
    MemoryError,
    /// `import` of a module that is not offered.
    ModuleNotFoundError,
    /// A name without a value.
    NameError,
    /// The network.
    OSError,
    /// A number that does not fit.
    OverflowError,
    /// Calls that are nested too deeply.
    RecursionError,
    /// A lock that is not held is released, a thread is started twice, and the like.
    RuntimeError,
    /// A value of a wrong type.
    TypeError,
    /// A local variable without a value.
    UnboundLocalError,
    /// A value that is not allowed.
    ValueError,
    /// A division by zero.
    ZeroDivisionError,
}

/// An exception that was raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exception {
    pub kind: ExceptionKind,
    pub message: String,
    /// The functions that the exception has left, the innermost first, and the place in each.
    pub trace: Vec<(String, Position)>,
}

pub(crate) type Result<T> = std::result::Result<T, Box<Exception>>;

impl Exception {
    pub fn new(kind: ExceptionKind, message: impl Into<String>) -> Box<Self> {
        Box::new(Exception { kind, message: message.into(), trace: Vec::new() })
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.message)
    }
}

/// How many times a traceback shows a line that repeats.
const SHOWN: usize = 3;

/// An exception that the program has not caught, and that has ended a thread.
///
/// Displayed as Python's traceback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncaught {
    kind: ExceptionKind,
    message: String,
    at: Option<Position>,
    traceback: String,
}

impl Uncaught {
    pub(crate) fn new(exception: &Exception, source: &Source) -> Self {
        let mut traceback = "Traceback (most recent call last):\n".to_owned();
        let mut trace = exception.trace.iter().rev().peekable();
        while let Some((function, at)) = trace.next() {
            let text = source.line(*at);
            let line = format!("  File \"{}\", line {}, in {function}\n    {text}\n", source.name, at.line);
            let mut times = 1;
            while trace.next_if(|next| next.0 == *function && next.1.line == at.line).is_some() {
                times += 1;
            }
            // As in Python, a line that repeats is shown three times.
            traceback += &line.repeat(times.min(SHOWN));
            if times > SHOWN {
                let more = times - SHOWN;
                let s = if more == 1 { "" } else { "s" };
                let _ = writeln!(traceback, "  [Previous line repeated {more} more time{s}]");
            }
        }
        let _ = write!(traceback, "{exception}");
        Uncaught {
            kind: exception.kind,
            message: exception.message.clone(),
            at: exception.trace.first().map(|(_, at)| *at),
            traceback,
        }
    }

    /// The class of the exception.
    pub fn kind(&self) -> ExceptionKind {
        self.kind
    }

    /// The exception's message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where the exception was raised.
    pub fn position(&self) -> Option<Position> {
        self.at
    }
}

impl fmt::Display for Uncaught {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.traceback)
    }
}

impl Error for Uncaught {}
