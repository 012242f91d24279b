//! How a simulation ends before its threads do.

use std::fmt;
use std::time::Duration;

/// A simulation that came to no good end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// All threads that have not ended wait for each other.
    Deadlock {
        /// When nothing was left to happen.
        at: Duration,
        /// Which thread waits for what.
        waits: Vec<Wait>,
    },
    /// A thread has panicked.
    Panic {
        /// Its name.
        thread: String,
        /// The panic's message.
        message: String,
    },
}

/// A thread that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Its name.
    pub thread: String,
    /// What it waits for.
    pub what: String,
    /// The source line: file and number.
    pub place: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Deadlock { at, waits } => {
                write!(f, "deadlock after {at:?} of virtual time: nobody can go on")?;
                for Wait { thread, what, place } in waits {
                    write!(f, "\n  {thread} waits {what} ({place})")?;
                }
                Ok(())
            }
            Failure::Panic { thread, message } => write!(f, "{thread} has panicked: {message}"),
        }
    }
}

impl std::error::Error for Failure {}
