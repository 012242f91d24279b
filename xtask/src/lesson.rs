//! `cargo xtask lesson 1`: prints and runs a lesson.

use std::path::Path;

use anstyle::Style;

use crate::cargo::{self, Built};
use crate::compare;
use crate::example::{self, Example};
use crate::exercise::{self, progress::Progress};
use crate::failure::{Context, Failure, Result};
use crate::lessons::{Course, Lesson};
use crate::predictions;
use crate::process::{self, Exit};
use terminal::highlight;
use terminal::screen::{BAD, BOLD, DIM, Screen};

/// Runs the lesson, or only the example that `only` means.
pub fn run(course: &Course, lesson: &Lesson, only: Option<&str>, screen: &mut Screen) -> Result<()> {
    course.must_be_written(lesson)?;
    let mut examples = example::all(course, lesson)?;
    if let Some(word) = only {
        let names: Vec<_> = examples.iter().map(|e| format!("{} {}", e.number(), e.title())).collect();
        examples.retain(|example| example.answers_to(word));
        if examples.is_empty() {
            let line = format!("no example '{}'; there are: {}", word.escape_debug(), names.join(", "));
            return Err(Failure::Misuse(line));
        }
    } else {
        header(course, lesson, examples.len(), screen)?;
    }
    let words = ["build", "--keep-going", "--examples", "-p", &lesson.package()];
    let built = cargo::build(&course.root, &words)?;
    let mut broken = Vec::new();
    for example in &examples {
        if !show(course, example, &built, screen)? {
            broken.push(example.name.as_str());
        }
    }
    if only.is_none() {
        if let Some(ours) = compare::ours_of(lesson, &built) {
            beside_python(course, lesson, ours, screen)?;
        }
        footer(course, lesson, screen)?;
    }
    match broken.as_slice() {
        [] => Ok(()),
        broken => Err(Failure::Failed(format!("not every example ran to its end: {}", broken.join(", ")))),
    }
}

fn header(course: &Course, lesson: &Lesson, examples: usize, screen: &mut Screen) -> Result<()> {
    let of = format!("lesson {} of {}", lesson.number, course.lessons.len());
    screen.blank()?;
    screen.heading(&format!("{} {}", screen.symbol("◆", "*"), lesson.title), &of)?;
    screen.rule()?;
    screen.prose(0, Style::new(), &lesson.pitch)?;
    screen.blank()?;
    let what = format!(
        "rebuilds {} · slides {} · {examples} examples · read {} beside it",
        lesson.python,
        lesson.slides,
        lesson.chapter().display(),
    );
    let what = if screen.style.unicode { what } else { what.replace('·', "-") };
    screen.prose(0, DIM, &what)?;
    Ok(())
}

/// Prints one example; `false` if it did not run to its end.
fn show(course: &Course, example: &Example, built: &Built, screen: &mut Screen) -> Result<bool> {
    let path = example.path.strip_prefix(&course.root).unwrap_or(&example.path);
    screen.blank()?;
    screen.blank()?;
    screen.heading(&format!("{}  {}", example.number(), example.title()), &path.display().to_string())?;
    screen.prose(4, BOLD, &example.idea)?;
    screen.blank()?;
    let bar = screen.symbol("│", "|");
    for line in highlight::lines(&example.code) {
        screen.line(format_args!("    {DIM}{bar}{DIM:#} {line}"))?;
    }
    if !example.code.is_empty() {
        screen.blank()?;
    }
    let Some(binary) = built.binaries.get(&example.name) else {
        screen.line(format_args!("    {BAD}This example does not compile:{BAD:#}"))?;
        let errors = built.errors.get(&example.name).map_or("", String::as_str);
        for line in errors.trim_end().lines() {
            screen.line(format_args!("    {line}"))?;
        }
        return Ok(false);
    };
    let pictures = tempfile::tempdir().context(|| "a folder for the timelines".into())?;
    let (width, color, unicode) = (screen.style.width, screen.style.color, screen.style.unicode);
    let exit = process::lines(
        binary,
        |command| {
            // A backtrace would hide the lines that the example prints.
            command.env("RUST_BACKTRACE", "0");
            command.env("UNGIL_TIMELINE_DIR", pictures.path());
            command.env("COLUMNS", width.saturating_sub(4).to_string());
            command.env("CLICOLOR_FORCE", if color { "1" } else { "0" });
            command.env("UNGIL_ASCII", if unicode { "" } else { "1" });
        },
        |line| Ok(screen.line(format_args!("    {line}"))?),
    )?;
    draw(pictures.path(), screen)?;
    if exit != Exit::Success {
        screen.line(format_args!("    {BAD}It {exit}.{BAD:#}"))?;
        return Ok(false);
    }
    Ok(true)
}

/// Prints the timelines that the example has left in `dir`.
fn draw(dir: &Path, screen: &mut Screen) -> Result<()> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            texts.push(path);
        }
    }
    texts.sort();
    for text in texts {
        screen.blank()?;
        for line in std::fs::read_to_string(&text)?.lines() {
            screen.line(format_args!("    {line}"))?;
        }
    }
    Ok(())
}

/// The lecture's figures, CPython's and ours.
fn beside_python(course: &Course, lesson: &Lesson, ours: &Path, screen: &mut Screen) -> Result<()> {
    let Some(table) = compare::measure(course, lesson, ours)? else { return Ok(()) };
    screen.blank()?;
    screen.rule()?;
    compare::show(&table, screen)?;
    if let Some(note) = &table.note {
        screen.prose(2, DIM, note)?;
    }
    Ok(())
}

fn footer(course: &Course, lesson: &Lesson, screen: &mut Screen) -> Result<()> {
    screen.blank()?;
    screen.rule()?;
    screen.line(format_args!("{BOLD}What next{BOLD:#}"))?;
    let number = lesson.number;
    let third = example::all(course, lesson)?.len().min(3);
    let mut rows = vec![
        vec!["cargo xtask book --open".to_owned(), format!("chapter {number}: why it works as it does")],
        vec![
            format!("cargo xtask lesson {number} {third}"),
            "one example again; change its file first".to_owned(),
        ],
        vec![format!("cargo xtask bench {number}"), "ours beside its peers".to_owned()],
    ];
    if predictions::exist(course, lesson) {
        rows.push(vec![
            format!("cargo xtask compare {number}"),
            "what it predicts of each CPython here".to_owned(),
        ]);
    }
    let exercises = exercise::all(course, lesson)?;
    let progress = Progress::read(course)?;
    if let Some(next) = exercises.iter().find(|exercise| !progress.is_solved(exercise)) {
        let minutes =
            next.text().map_or_else(|_| String::new(), |text| format!(", about {} minutes", text.minutes));
        let what = format!("exercise {} of {}: {}{minutes}", next.number, exercises.len(), next.title());
        rows.insert(1, vec![format!("cargo xtask watch {}", next.id()), what]);
    }
    let puzzles = lesson.puzzles.len();
    if puzzles > 0 {
        rows.push(vec!["cargo xtask play".to_owned(), format!("be the scheduler: {puzzles} puzzles")]);
    }
    match course.lessons.get(number) {
        Some(next) if next.written => {
            rows.push(vec![
                format!("cargo xtask lesson {}", next.number),
                format!("{}: {}", next.title, next.python),
            ]);
        }
        Some(next) => rows.push(vec![
            format!("lesson {}", next.number),
            format!("{} ({}): not written yet", next.title, next.python),
        ]),
        None => {}
    }
    screen.table(&rows)?;
    Ok(())
}
