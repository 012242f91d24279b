//! Where you are, and the map of lessons.

use anstyle::Style;

use crate::example;
use crate::failure::Result;
use crate::lessons::Course;
use crate::screen::{BOLD, DIM, Screen};

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
    screen.line(format_args!("{BOLD}Begin with{BOLD:#}"))?;
    screen.table(&[
        vec!["cargo xtask lesson 1".to_owned(), "run the first lesson".to_owned()],
        vec!["cargo xtask book --open".to_owned(), "read the book".to_owned()],
        vec!["cargo xtask --help".to_owned(), "all commands".to_owned()],
    ])?;
    Ok(())
}

/// `cargo xtask lessons`.
pub fn map(course: &Course, screen: &mut Screen) -> Result<()> {
    map_rows(course, screen)?;
    screen.prose(0, DIM, "cargo xtask lesson N runs one; its name will do as well.")?;
    Ok(())
}

fn map_rows(course: &Course, screen: &mut Screen) -> Result<()> {
    let mut rows = Vec::new();
    for lesson in &course.lessons {
        let state = if lesson.written {
            format!("{} examples", example::all(course, lesson)?.len())
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
