//! The holder of a lock that a thread waits for, where the checker knows locks.

use interleave::Failure;

use crate::support::wait;

/// The holder of what a thread waits for, and the text of the line since which it has it.
#[track_caller]
pub fn holder<'a>(failure: &'a Failure, thread: &str) -> (&'a str, &'a str) {
    let (holder, since) = wait(failure, thread).held_by.as_ref().expect("somebody holds it");
    (&failure.threads[*holder], &since.text)
}
