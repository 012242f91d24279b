//! `cargo xtask bench 1`: ours beside the peers, in the same processes, in interleaved rounds.
//!
//! - `duel`: the contestants, and what their rounds say; `sample`: the rounds, in a process of their own; `placement`: where
//!   their threads run; `report`: the table and the JSON.
//! - A lesson's rows are in its folder, `bench/bench.rs`: build.rs makes a module of each. What was learnt in measuring stands
//!   there, in the module's comment.

mod duel;
mod glibc;
mod placement;
mod report;
mod sample;

use std::path::PathBuf;
use std::process::ExitCode;

use duel::Bench;
use lexopt::prelude::*;
use sample::Task;

// The lessons' modules, and `benches`, which finds a lesson's rows: written by build.rs.
include!(concat!(env!("OUT_DIR"), "/lessons.rs"));

struct Args {
    lesson: String,
    /// Only the rows that have this in their names.
    only: Option<String>,
    json: Option<PathBuf>,
    /// Only this, for the process that has started this one.
    task: Option<Task>,
}

fn args() -> Result<Args, lexopt::Error> {
    let (mut lesson, mut only, mut json, mut task) = (None, None, None, None);
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("json") => json = Some(parser.value()?.into()),
            Value(name) if lesson.is_none() => lesson = Some(name.string()?),
            Long("task") => task = Some(parser.value()?.parse_with(|json| serde_json::from_str(json))?),
            Long("only") => only = Some(parser.value()?.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Args { lesson: lesson.ok_or("say which lesson")?, only, json, task })
}

fn main() -> ExitCode {
    let args = match args() {
        Ok(args) => args,
        Err(error) => {
            eprintln!("ungil-bench: {error}; usage: ungil-bench LESSON [--only ROWS] [--json FILE]");
            return ExitCode::from(2);
        }
    };
    let Some(mut benches) = benches(&args.lesson) else {
        eprintln!("ungil-bench: no benches for {}", args.lesson);
        return ExitCode::from(2);
    };
    let done = match &args.task {
        Some(task) => task.answer(&benches),
        None => {
            benches.retain(|bench| args.only.as_ref().is_none_or(|only| bench.what.contains(only)));
            report::run(&args.lesson, &benches, args.json.as_deref())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of our output has closed the pipe: not an error.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ungil-bench: {error}");
            ExitCode::FAILURE
        }
    }
}
