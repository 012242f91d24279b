//! How a simulation ends before its threads do.

use std::fmt;
use std::time::Duration;

/// Why a simulation has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// All threads that have not ended wait for each other.
    Deadlock {
        /// The time at which no event was left.
        at: Duration,
        /// The waiting threads.
        waits: Vec<Wait>,
    },
    /// A thread has panicked.
    Panic {
        /// The thread's name.
        thread: String,
        /// The panic's message.
        message: String,
    },
}

/// A thread that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The thread's name.
    pub thread: String,
    /// What the thread waits for.
    pub what: String,
    /// The source line of the wait: file and number.
    pub place: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Deadlock { at, waits } => {
                write!(f, "deadlock after {at:?} of virtual time: no thread can continue")?;
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
