//! The course's runner, `cargo xtask`: read a lesson, run it, be judged.
//!
//! - `cli`: the commands and their words; `overview`: where you are, and the map of lessons.
//! - `lesson`: runs one lesson: `lessons` finds it, `example` reads a file, `cargo` builds, `process` runs; `groups` ends
//!   what runs.
//! - `file`: reads what a learner may have replaced by a pipe, a folder or a link.
//! - `compare`: the lecture's figures, CPython's and ours.
//! - `exercise`: the exercises and the loop around them: check, watch, hint, solution, reset.
//! - `play`, `gil`, `bench`, `book`, `checks`: call the programs of other packages, built when they are needed.
//!
//! `crates/terminal` decides what the output looks like.
//!
//! A library beside the program, so that the maintainers' checks (`crates/checks`) use the same parts.

#![expect(missing_docs, reason = "for the program beside it and for crates/checks only")]

pub mod bench;
pub mod book;
pub mod cargo;
mod checks;
pub mod cli;
pub mod compare;
pub mod example;
pub mod exercise;
pub mod failure;
pub mod file;
mod gil;
pub mod groups;
mod lesson;
pub mod lessons;
mod overview;
pub mod play;
mod predictions;
pub mod process;
mod python;

use std::process::ExitCode;

use failure::{Failure, Result};

/// The exit code of a program; prints why it failed, unless that was said.
pub fn exit(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of our output has closed the pipe: not an error.
        Err(Failure::PipeClosed) => ExitCode::SUCCESS,
        Err(failure @ Failure::Unsolved) => ExitCode::from(failure.code()),
        Err(failure) => {
            // If stderr is closed, too, the message is lost.
            let _ = std::io::Write::write_fmt(&mut anstream::stderr(), format_args!("xtask: {failure}\n"));
            ExitCode::from(failure.code())
        }
    }
}
