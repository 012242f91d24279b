//! The README's first picture: what `cargo xtask check` says to a wrong answer, as a terminal shows it.

use std::io::Write;
use std::time::Duration;

use regex_lite::Regex;

use crate::checkout::Checkout;
use crate::snapshot::Snapshot;
use xtask::exercise::wrong::{self, Kind, Wrong};
use xtask::failure::{Context, Failure, Result};
use xtask::lessons::Course;
use xtask::process::{self, Exit};
use xtask::{book, exercise};

/// Its counterexample is short, and 10,000 runs on real threads do not find it.
const EXERCISE: &str = "threads/progress";
const ANSWER: &str = "adds_without_the_lock";

/// From the root. Each run takes another time, which is as recorded whatever it is.
const PICTURE: &str = "book/src/check.svg";

const LIMIT: Duration = Duration::from_secs(120);

pub fn snapshots(course: &Course) -> Result<Vec<Snapshot>> {
    let picture = draw(course)?;
    let today = without_times(&picture);
    let same = |recorded: &str| (without_times(recorded) != today).then(|| "not as recorded".to_owned());
    Ok(vec![Snapshot::new(course.root.join(PICTURE), picture, same)])
}

fn draw(course: &Course) -> Result<String> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(check_of_the_answer(course)?.as_bytes())?;
    book::svg(course, file.path())
}

/// `$ cargo xtask check 1/5` and what it prints, with colours and 80 columns. It runs in a copy of the course,
/// where the answer stands in the learner's file.
fn check_of_the_answer(course: &Course) -> Result<String> {
    let exercise = exercise::find(course, EXERCISE)?;
    let checkout = Checkout::copy(course)?;
    // All but the answer itself is built before: the verdict's time is what it takes after a change.
    checkout.reset(&exercise)?;
    checkout.build(&["test", "--no-run", "-p", &exercise.package, "--test", &exercise.stem])?;
    let is_it = |wrong: &Wrong| matches!(&wrong.kind, Kind::Named { name, .. } if name == ANSWER);
    let answer = wrong::all(&exercise)?.into_iter().find(is_it);
    let answer = answer.context(|| format!("{EXERCISE} has no wrong answer {ANSWER}"))?;
    checkout.write(&exercise.file(), answer.source.as_bytes())?;

    let words = ["check", &exercise.id()];
    let mut command = checkout.xtask(&words)?;
    command.env("COLUMNS", "80").env("CLICOLOR_FORCE", "1").env("LC_ALL", "C.UTF-8");
    command.env_remove("NO_COLOR").env_remove("UNGIL_ASCII");
    let output = process::output(command, LIMIT)?;
    if output.exit != Exit::Code(1) {
        let how = output.exit;
        return Err(Failure::Failed(format!("{ANSWER} is not refused: {how}\n{}", output.stderr)));
    }
    Ok(format!("$ cargo xtask {}\n{}", words.join(" "), output.stdout))
}

fn without_times(svg: &str) -> String {
    // Our own constant pattern.
    let time = Regex::new(r"verdict in \d+\.\d s").expect("a valid pattern");
    time.replace_all(svg, "verdict in [S] s").into_owned()
}

#[cfg(test)]
mod tests {
    use super::without_times;

    #[test]
    fn only_the_time_may_differ() {
        let svg = "<tspan>verdict in 0.5 s</tspan><tspan>step 1</tspan>";
        assert_eq!(without_times(svg), without_times(&svg.replace("0.5", "12.0")));
        assert_ne!(without_times(svg), without_times(&svg.replace("step 1", "step 2")));
    }
}
