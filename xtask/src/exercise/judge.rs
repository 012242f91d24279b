//! The way of an answer from its file to the verdict.

use std::path::Path;
use std::time::Instant;

use harness::Class;
use ungil_timeline::Style;

use super::compile::{self, Compiled};
use super::suite::Ran;
use super::verdict::Verdict;
use super::{Exercise, precheck, scan, suite};
use crate::failure::Result;
use crate::groups::Groups;

/// Reads, builds and runs the answer.
pub fn judge(exercise: &Exercise, groups: &Groups, style: &Style) -> Result<Verdict> {
    let begun = Instant::now();
    let mut verdict = match precheck::refuse(exercise)? {
        Some(verdict) => verdict,
        None => match compile::compile(exercise, groups)? {
            Compiled::Refused(verdict) => verdict,
            Compiled::Binary(binary) => {
                let dir = exercise.root.join(&exercise.dir);
                of_suite(suite::run(&binary, &dir, "suite::exercise", groups, style)?)
            }
        },
    };
    let reads = || exercise.read(&exercise.file()).is_ok_and(|source| scan::mentions(&source, "stdin"));
    if !verdict.tests.is_empty() && !verdict.is_solved() && reads() {
        verdict.details.push("It reads stdin, where a check has nothing to read.".to_owned());
    }
    verdict.time = begun.elapsed();
    Ok(verdict)
}

/// Judges the tests of `binary` in the suite `module`.
pub fn judge_variant(binary: &Path, dir: &Path, module: &str) -> Result<Verdict> {
    Ok(of_suite(suite::run(binary, dir, module, &Groups::default(), &Style::default())?))
}

fn of_suite(ran: Ran) -> Verdict {
    match ran {
        Ran::Tests(tests) => Verdict::of(tests),
        Ran::Died(output) => {
            let text = format!("The program {} before its first test.", output.exit);
            let lines = output.stdout.lines().map(str::to_owned).collect();
            Verdict::refused(Class::Crash, text, lines)
        }
    }
}
