//! `cargo xtask compare 5`, and the table at the end of a lesson: what the lecture shows, what the CPython here does, what
//! ours does.
//!
//! `compare/rows.toml` has the rows; `compare/compare.py` and `compare/compare.rs` are asked for the values.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::cargo::{self, Built};
use crate::failure::{Context, Failure, Result};
use crate::lessons::{Course, Lesson, read_toml};
use crate::predictions;
use crate::process::{self, Exit};
use crate::python;
use terminal::screen::{BOLD, DIM, Screen};
use terminal::table;

const LIMIT: Duration = Duration::from_secs(60);

pub struct Table {
    /// The first row is the heading.
    pub rows: Vec<Vec<String>>,
    /// What was left out, and why.
    pub skipped: Option<String>,
    /// What to say of the figures in a lesson, whose programs are not optimised.
    pub note: Option<String>,
}

/// Prints the lesson's table, and its predictions if it has any. With `record`, writes both into the lesson's `results/`.
pub fn run(course: &Course, lesson: &Lesson, record: bool, screen: &mut Screen) -> Result<()> {
    course.must_be_written(lesson)?;
    let example = program(lesson);
    let words = ["build", "--release", "--keep-going", "--example", &example, "-p", &lesson.package()];
    let built = cargo::build(&course.root, &words)?;
    let Some(ours) = ours_of(lesson, &built) else {
        return Err(Failure::Misuse(format!("lesson {} has nothing to compare", lesson.number)));
    };
    if let Some(table) = measure(course, lesson, ours)? {
        show(&table, screen)?;
        if record {
            let path = results(course, lesson)?.join("lecture.md");
            fs::write(&path, markdown(&table.rows)).context(|| path.display().to_string())?;
        }
    }
    predictions::run(course, lesson, ours, record, screen)
}

/// Prints a lesson's table.
pub fn show(table: &Table, screen: &mut Screen) -> Result<()> {
    screen.line(format_args!("{BOLD}Then and now, on this machine{BOLD:#}"))?;
    screen.table(&table.rows)?;
    if let Some(skipped) = &table.skipped {
        screen.prose(2, DIM, &format!("Left out: {skipped}."))?;
    }
    Ok(())
}

/// A lesson's table as Markdown: words in the first column, figures in the others.
pub fn markdown(rows: &[Vec<String>]) -> String {
    table::markdown(rows, |column| column == 0)
}

/// Where a lesson's tables are recorded.
pub fn results(course: &Course, lesson: &Lesson) -> Result<PathBuf> {
    let dir = course.root.join(lesson.dir()).join("results");
    fs::create_dir_all(&dir).context(|| dir.display().to_string())?;
    Ok(dir)
}

/// Measures the table of a lesson; `ours` is the program with our values. `None` if the lesson has no table.
pub fn measure(course: &Course, lesson: &Lesson, ours: &Path) -> Result<Option<Table>> {
    let dir = course.root.join(lesson.dir()).join("compare");
    if !dir.exists() {
        return Ok(None);
    }
    let ours = ask(Command::new(ours))?;
    let (python, skipped) = match python::first() {
        Some(python) => {
            let mut command = Command::new(&python.path);
            command.arg(dir.join("compare.py"));
            (Some((format!("CPython {}", python.name()), ask(command)?)), None)
        }
        None => (None, Some("CPython's column: there is no python3 on the PATH".to_owned())),
    };
    let of_rows = read_toml(&dir.join("rows.toml"))?;
    let note = of_rows.get("note").and_then(|note| note.as_str()).map(str::to_owned);
    let mut heading = vec![String::new(), "lecture, 2015".to_owned()];
    heading.extend(python.iter().map(|(version, _)| version.clone()));
    heading.push("ours".to_owned());
    let mut rows = vec![heading];
    for row in of_rows.get("row").and_then(|rows| rows.as_array()).into_iter().flatten() {
        let text = |key| row.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let answer = |answers: &BTreeMap<String, String>| {
            let key = text("key");
            answers.get(&key).cloned().context(|| format!("{} has no answer for {key}", dir.display()))
        };
        let mut cells = vec![text("what"), text("lecture")];
        for answers in python.iter().map(|(_, answers)| answers).chain([&ours]) {
            cells.push(answer(answers)?);
        }
        rows.push(cells);
    }
    Ok(Some(Table { rows, skipped, note }))
}

/// Checks that the tables of all lessons have all their values. Without a CPython, its column is skipped aloud, and on CI
/// the check fails.
pub fn check(course: &Course) -> Result<()> {
    predictions::check(course)?;
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        let built = cargo::build(&course.root, &["build", "--examples", "-p", &lesson.package()])?;
        let Some(ours) = ours_of(lesson, &built) else { continue };
        if let Some(skipped) = measure(course, lesson, ours)?.and_then(|table| table.skipped) {
            crate::failure::skip(&skipped)?;
        }
    }
    Ok(())
}

/// The program that prints our values. It is named after the lesson, as all examples of a build are in one folder.
pub fn ours_of<'a>(lesson: &Lesson, built: &'a Built) -> Option<&'a PathBuf> {
    built.binaries.get(&program(lesson))
}

fn program(lesson: &Lesson) -> String {
    format!("{}_compare", lesson.name)
}

/// The lines that a program prints, each a key, a tab and a value.
pub fn ask(command: Command) -> Result<BTreeMap<String, String>> {
    let name = command.get_program().display().to_string();
    let output = process::output(command, LIMIT)?;
    if output.exit != Exit::Success {
        let last = output.stderr.lines().last().unwrap_or_default();
        return Err(Failure::Failed(format!("{name} {}: {last}", output.exit)));
    }
    let lines = output.stdout.lines().filter_map(|line| line.split_once('\t'));
    Ok(lines.map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
}
