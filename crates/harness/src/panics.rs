//! The panics of the process with their places, which a payload does not have.

use std::panic::{self, PanicHookInfo};
use std::sync::{Mutex, PoisonError};

/// The number of panics that are kept.
const MOST: usize = 1000;

static SEEN: Mutex<Vec<Panic>> = Mutex::new(Vec::new());

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    pub message: String,
    pub file: String,
    pub line: u32,
}

impl Panic {
    /// Whether it comes from a `todo!()`.
    pub fn is_todo(&self) -> bool {
        is_todo(&self.message)
    }

    /// Whether it only passes on that a joined thread has panicked.
    pub fn passes_on(&self) -> bool {
        self.message.ends_with("Any { .. }")
    }

    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// Whether a panic with this message comes from a `todo!()`.
pub fn is_todo(message: &str) -> bool {
    message.starts_with("not yet implemented")
}

/// Notes every panic from now on, and prints it as before.
pub fn note_all() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        note(info);
        before(info);
    }));
}

/// All panics so far, the oldest first.
pub fn seen() -> Vec<Panic> {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn note(info: &PanicHookInfo<'_>) {
    let (file, line) = info.location().map_or(("", 0), |location| (location.file(), location.line()));
    let message = info.payload_as_str().unwrap_or_default().to_owned();
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if seen.len() == MOST {
        // The last ones matter, since the test fails soon after them; the first one may be a todo!().
        seen.remove(1);
    }
    seen.push(Panic { message, file: file.to_owned(), line });
}
