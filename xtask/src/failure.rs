//! Why a command fails: one line, and an exit code.

use std::fmt;
use std::io;

pub type Result<T> = std::result::Result<T, Failure>;

#[derive(Debug)]
pub enum Failure {
    /// The command's words make no sense. Exit code 2.
    Misuse(String),
    /// The command could not do its work. Exit code 1.
    Failed(String),
    /// An answer is not right yet; the verdict was printed. Exit code 1.
    Unsolved,
    /// Ended by a signal. Exit code 130, as of other programs after Ctrl-C.
    Stopped,
    /// The reader has closed the pipe that we print to. Not an error: exit code 0.
    PipeClosed,
}

impl Failure {
    pub fn code(&self) -> u8 {
        match self {
            Failure::Misuse(_) => 2,
            Failure::Stopped => 130,
            Failure::Failed(_) | Failure::Unsolved | Failure::PipeClosed => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Misuse(line) | Failure::Failed(line) => f.write_str(line),
            Failure::Unsolved => f.write_str("not solved yet"),
            Failure::Stopped => f.write_str("stopped"),
            Failure::PipeClosed => f.write_str("the output was closed"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::PipeClosed,
            _ => Failure::Failed(error.to_string()),
        }
    }
}

/// Adds to an error what it is about.
pub trait Context<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Failure::Failed(format!("{}: {error}", what())))
    }
}

impl<T> Context<T> for Option<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.ok_or_else(|| Failure::Failed(what()))
    }
}

/// Says aloud that a check is left out, and why. With `CI` set that is a failure.
pub fn skip(what: &str) -> Result<()> {
    if std::env::var_os("CI").is_some() {
        return Err(Failure::Failed(format!("skipped on CI: {what}")));
    }
    anstream::eprintln!("skipped: {what}");
    Ok(())
}
