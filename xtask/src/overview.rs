//! Where you are, and the map of lessons.

use anstyle::Style;

use crate::example;
use crate::exercise::{self, progress::Progress};
use crate::failure::Result;
use crate::lessons::Course;
use terminal::screen::{BOLD, DIM, Screen};

/// `cargo xtask` without words.
pub fn where_you_are(course: &Course, screen: &mut Screen) -> Result<()> {
    screen.blank()?;
    screen.heading("ungil", "Python's concurrency lecture in Rust")?;
    screen.rule()?;
    screen.prose(
        0,
        Style::new(),
        "Eight lessons, from one thread to a cluster. Each rebuilds a Python module as a real Rust crate that you can \
         read in an evening, run here, and use.",
    )?;
    screen.blank()?;
    map_rows(course, screen)?;
    screen.blank()?;
    let progress = Progress::read(course)?;
    let exercises = exercise::all_of_course(course)?;
    let begun = exercises.iter().any(|exercise| progress.is_solved(exercise));
    let title = if begun { "Go on with" } else { "Begin with" };
    screen.line(format_args!("{BOLD}{title}{BOLD:#}"))?;
    let row = |command: String, why: String| vec![command, why];
    let mut rows = Vec::new();
    if !begun {
        rows.push(row("cargo xtask lesson 1".into(), "run the first lesson".into()));
    }
    if let Some(next) = exercises.iter().find(|exercise| !progress.is_solved(exercise)) {
        let what = if begun { "the next exercise" } else { "the first exercise" };
        rows.push(row(format!("cargo xtask watch {}", next.id()), format!("{what}: {}", next.title())));
    }
    rows.push(row("cargo xtask play".into(), "be the scheduler, and break what looks right".into()));
    rows.push(row("cargo xtask book --open".into(), "read the book".into()));
    rows.push(row("cargo xtask --help".into(), "all commands".into()));
    screen.table(&rows)?;
    Ok(())
}

/// `cargo xtask lessons`.
pub fn map(course: &Course, screen: &mut Screen) -> Result<()> {
    map_rows(course, screen)?;
    screen.prose(0, DIM, "cargo xtask lesson N runs one; its name will do as well.")?;
    Ok(())
}

fn map_rows(course: &Course, screen: &mut Screen) -> Result<()> {
    let progress = Progress::read(course)?;
    let mut rows = Vec::new();
    for lesson in &course.lessons {
        let state = if lesson.written {
            let examples = example::all(course, lesson)?.len();
            let exercises = exercise::all(course, lesson)?;
            match exercises.iter().filter(|exercise| progress.is_solved(exercise)).count() {
                _ if exercises.is_empty() => format!("{examples} examples"),
                solved => format!("{examples} examples, {solved}/{} exercises", exercises.len()),
            }
        } else {
            "not written yet".to_owned()
        };
        let mark = if lesson.written { screen.symbol("●", "+") } else { screen.symbol("○", "-") };
        rows.push(vec![
            format!("{mark} {}", lesson.number),
            lesson.title.clone(),
            state,
            lesson.python.clone(),
        ]);
    }
    screen.table(&rows)?;
    Ok(())
}
