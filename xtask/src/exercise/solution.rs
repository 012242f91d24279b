//! `cargo xtask solution 1/2`: why it is so, the code, and what is different in the learner's file. With `--wrong NAME`
//! a wrong answer, and what is different in it from the solution.

use super::wrong::{self, Kind};
use super::{Exercise, find, show};
use crate::failure::{Failure, Result};
use crate::lessons::Course;
use source::{anchor, doc};
use terminal::diff::changes;
use terminal::highlight;
use terminal::screen::{BOLD, DIM, GOOD, Screen};

pub fn run(course: &Course, word: &str, screen: &mut Screen) -> Result<()> {
    let exercise = find(course, word)?;
    let source = exercise.read(&exercise.solution())?;
    let (explanation, code) = doc::split(&source);
    screen.blank()?;
    screen.heading(
        &format!("{}  {}", exercise.id(), exercise.title()),
        &exercise.solution().display().to_string(),
    )?;
    screen.rule()?;
    show::paragraphs(explanation.trim_end(), screen)?;
    print(code, screen)?;
    difference(&exercise, code, screen)
}

/// Prints the wrong answer `name` whole, for teachers.
pub fn run_wrong(course: &Course, word: &str, name: &str, screen: &mut Screen) -> Result<()> {
    let exercise = find(course, word)?;
    let mut names = Vec::new();
    for wrong in wrong::all(&exercise)? {
        let Kind::Named { name: candidate, class, why, .. } = wrong.kind else { continue };
        if candidate != name.replace('-', "_") {
            names.push(candidate);
            continue;
        }
        let solution = exercise.read(&exercise.solution())?;
        let (_, solution) = doc::split(&solution);
        screen.blank()?;
        let heading = format!("{}  {}: a wrong answer", exercise.id(), exercise.title());
        screen.heading(&heading, class.words())?;
        screen.rule()?;
        show::paragraphs(&format!("{}: {why}.", candidate.replace('_', " ")), screen)?;
        let answer = without_marks(&wrong.source);
        print(&answer, screen)?;
        screen.blank()?;
        return compare("From the solution to this answer", &without_marks(solution), &answer, screen);
    }
    let what = if name.is_empty() {
        "which wrong answer?".to_owned()
    } else {
        format!("no wrong answer '{}';", name.escape_debug())
    };
    Err(Failure::Misuse(format!("{what} there are: {}", names.join(", "))))
}

/// Without the lines that mark a part for the book.
fn without_marks(code: &str) -> String {
    code.split_inclusive('\n').filter(|line| !anchor::is_mark(line)).collect()
}

fn print(code: &str, screen: &mut Screen) -> Result<()> {
    screen.blank()?;
    let bar = screen.symbol("│", "|");
    for line in highlight::lines(code) {
        screen.line(format_args!("  {DIM}{bar}{DIM:#} {line}"))?;
    }
    Ok(())
}

fn compare(heading: &str, from: &str, to: &str, screen: &mut Screen) -> Result<()> {
    screen.line(format_args!("{BOLD}{heading}{BOLD:#}"))?;
    for (style, line) in changes(from, to) {
        screen.line(format_args!("  {style}{line}{style:#}"))?;
    }
    Ok(())
}

fn difference(exercise: &Exercise, code: &str, screen: &mut Screen) -> Result<()> {
    screen.blank()?;
    let Ok(yours) = exercise.read(&exercise.file()) else {
        screen.prose(0, DIM, &format!("There is no {} to compare it with.", exercise.file().display()))?;
        return Ok(());
    };
    if yours.trim() == code.trim() {
        screen.prose(0, GOOD, "Your answer is identical.")?;
        return Ok(());
    }
    compare("From yours to ours", &yours, code, screen)
}
