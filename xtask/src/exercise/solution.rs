//! `cargo xtask solution 1/2`: why it is so, the code, and what is different in the learner's file.

use super::{Exercise, find, show};
use crate::failure::Result;
use crate::lessons::Course;
use terminal::diff::changes;
use terminal::highlight;
use terminal::screen::{BOLD, DIM, GOOD, Screen};

pub fn run(course: &Course, word: &str, screen: &mut Screen) -> Result<()> {
    let exercise = find(course, word)?;
    let source = exercise.read(&exercise.solution())?;
    let (explanation, code) = parts(&source);
    screen.blank()?;
    screen.heading(
        &format!("{}  {}", exercise.id(), exercise.title()),
        &exercise.solution().display().to_string(),
    )?;
    screen.rule()?;
    show::paragraphs(explanation.trim_end(), screen)?;
    screen.blank()?;
    let bar = screen.symbol("│", "|");
    for line in highlight::lines(code) {
        screen.line(format_args!("  {DIM}{bar}{DIM:#} {line}"))?;
    }
    difference(&exercise, code, screen)
}

fn difference(exercise: &Exercise, code: &str, screen: &mut Screen) -> Result<()> {
    screen.blank()?;
    let Ok(yours) = exercise.read(&exercise.file()) else {
        screen.prose(0, DIM, &format!("There is no {} to compare it with.", exercise.file().display()))?;
        return Ok(());
    };
    if yours.trim() == code.trim() {
        screen.prose(0, GOOD, "Yours is the same, letter by letter.")?;
        return Ok(());
    }
    screen.line(format_args!("{BOLD}From yours to ours{BOLD:#}"))?;
    for (style, line) in changes(&yours, code) {
        screen.line(format_args!("  {style}{line}{style:#}"))?;
    }
    Ok(())
}

/// The `//!` lines of a file as text, and what comes after them.
fn parts(source: &str) -> (String, &str) {
    let mut text = String::new();
    let mut rest = source;
    while let Some((line, after)) = rest.split_once('\n') {
        let Some(words) = line.strip_prefix("//!") else { break };
        text.push_str(words.trim_start());
        text.push('\n');
        rest = after;
    }
    (text, rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explanation_and_code_are_told_apart() {
        assert_eq!(parts("//! Why.\n//!\n//! More.\n\nuse x;\n"), ("Why.\n\nMore.\n".into(), "use x;\n"));
        assert_eq!(parts("use x;\n"), (String::new(), "use x;\n"));
    }
}
