//! `cargo xtask check`: the whole verdict on one exercise, or a line for each of several.

use serde_json::json;

use super::judge;
use super::progress::Progress;
use super::verdict::Verdict;
use super::{Exercise, all_of_course, select, show};
use crate::failure::{Failure, Result};
use crate::groups::{Groups, cancel_on_signals};
use crate::lessons::Course;
use terminal::Screen;

/// Fails if one of the exercises is not solved.
pub fn run(course: &Course, word: Option<&str>, as_json: bool, screen: &mut Screen) -> Result<()> {
    let exercises = match word {
        Some(word) => select(course, word)?,
        None => all_of_course(course)?,
    };
    let groups = Groups::default();
    cancel_on_signals(&groups)?;
    let mut progress = Progress::read(course)?;
    let whole = exercises.len() == 1;
    let widest = exercises.iter().map(|exercise| exercise.title().chars().count()).max().unwrap_or(0);
    let mut unsolved = 0;
    for exercise in &exercises {
        let verdict = judge::judge(exercise, &groups, &screen.style)?;
        if verdict.is_solved() {
            progress.note(exercise, true)?;
        } else {
            unsolved += 1;
        }
        let next = next(course, exercise, &progress)?;
        let shown = if as_json {
            screen.line(to_json(exercise, &verdict)).map_err(Failure::from)
        } else if whole {
            show::verdict(exercise, &verdict, next.as_ref(), screen)
        } else {
            show::line(exercise, &verdict, widest, screen)
        };
        match shown {
            // The reader of the pipe has stopped reading, but may still look at the exit code.
            Err(Failure::PipeClosed) if unsolved > 0 || !whole => return Err(Failure::Unsolved),
            other => other?,
        }
    }
    if !as_json && !whole {
        show::sum(&exercises, unsolved, screen)?;
    }
    match unsolved {
        0 => Ok(()),
        // The screen shows why.
        _ => Err(Failure::Unsolved),
    }
}

/// The next unsolved exercise after `this`, or else the first unsolved one.
pub fn next(course: &Course, this: &Exercise, progress: &Progress) -> Result<Option<Exercise>> {
    let mut open = all_of_course(course)?;
    open.retain(|exercise| exercise.key != this.key && !progress.is_solved(exercise));
    let after =
        open.iter().position(|exercise| (exercise.lesson, exercise.number) > (this.lesson, this.number));
    Ok(open.into_iter().nth(after.unwrap_or(0)))
}

fn to_json(exercise: &Exercise, verdict: &Verdict) -> serde_json::Value {
    let plain = |text: &str| anstream::adapter::strip_str(text).to_string();
    let details: Vec<String> = verdict.details.iter().map(|line| plain(line)).collect();
    let tests: Vec<_> = verdict
        .tests
        .iter()
        .map(|test| {
            json!({
                "test": test.name,
                "class": test.class.map(harness::Class::name),
                "text": test.text,
                "place": test.place,
                "picture": test.picture,
                "proof": test.explored_in_words(),
                "output": test.output,
                "milliseconds": test.milliseconds,
            })
        })
        .collect();
    json!({
        "id": exercise.id(),
        "exercise": exercise.key,
        "file": exercise.file(),
        "class": verdict.class.name(),
        "solved": verdict.is_solved(),
        "text": verdict.text,
        "details": details,
        "tests": tests,
        "milliseconds": u64::try_from(verdict.time.as_millis()).unwrap_or(u64::MAX),
    })
}
