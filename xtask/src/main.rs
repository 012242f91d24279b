//! The course's runner, `cargo xtask`: read a lesson, run it, test everything.
//!
//! - `cli`: the commands and their words; `overview`: where you are, and the map of lessons.
//! - `lesson`: runs one lesson: `lessons` finds it, `example` reads a file, `cargo` builds, `process` runs.
//! - `compare`: the lecture's figures, CPython's and ours.
//! - `exercise`: the exercises and the loop around them: check, watch, hint, solution, reset.
//! - `play`: the puzzles, in which the learner is the scheduler.
//! - `bench`, `book`: call the packages that learners never build; `gil`: lesson 5's interpreter.
//! - `test`: everything that must hold; one check a file.
//! - `screen`, `highlight`, `diff`: what it looks like; `keys`: single keys.

mod bench;
mod book;
mod cargo;
mod cli;
mod compare;
mod diff;
mod example;
mod exercise;
mod failure;
mod gil;
mod highlight;
mod keys;
mod lesson;
mod lessons;
mod overview;
mod play;
mod predictions;
mod process;
mod screen;
mod test;

use std::process::ExitCode;

use failure::Failure;

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the other end has seen enough.
        Err(Failure::PipeClosed) => ExitCode::SUCCESS,
        // It was said.
        Err(failure @ (Failure::Unsolved | Failure::Said(_))) => ExitCode::from(failure.code()),
        Err(failure) => {
            // stderr may be closed too; there is nobody left to tell.
            let _ = std::io::Write::write_fmt(&mut anstream::stderr(), format_args!("xtask: {failure}\n"));
            ExitCode::from(failure.code())
        }
    }
}
