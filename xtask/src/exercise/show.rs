//! What a verdict looks like.

use anstyle::Style;
use harness::Class;

use super::Exercise;
use super::text::Which;
use super::verdict::{Judged, Verdict};
use crate::failure::Result;
use terminal::screen::{BAD, BOLD, DIM, GOOD, Screen};

/// How many of the last lines that the answer printed are shown.
const OUTPUT: usize = 12;

/// Everything about one answer.
pub fn verdict(
    exercise: &Exercise,
    verdict: &Verdict,
    next: Option<&Exercise>,
    screen: &mut Screen,
) -> Result<()> {
    screen.blank()?;
    let left = format!("{} {}  {}", mark(verdict.class, screen), exercise.id(), exercise.title());
    screen.heading(&left, &exercise.file().display().to_string())?;
    screen.rule()?;
    match verdict.class {
        Class::Solved => solved(verdict, screen)?,
        Class::NotStarted if untouched(verdict) => task(exercise, screen)?,
        _ => wrong(verdict, screen)?,
    }
    screen.blank()?;
    // In raw mode keys do what the commands do.
    if !screen.raw {
        commands(exercise, verdict, next, screen)?;
    }
    screen.line(format_args!("  {DIM}verdict in {:.1} s{DIM:#}", verdict.time.as_secs_f32()))?;
    Ok(())
}

/// One answer of several; `widest` is the length of the longest title.
pub fn line(exercise: &Exercise, verdict: &Verdict, widest: usize, screen: &mut Screen) -> Result<()> {
    let passed = verdict.tests.iter().filter(|test| test.class == Some(Class::Solved)).count();
    let tests = if verdict.tests.is_empty() || verdict.class == Class::NotStarted {
        String::new()
    } else {
        format!("{passed} of {} tests", verdict.tests.len())
    };
    let (colour, class) = (colour(verdict.class), verdict.class.words());
    let (mark, id, title) = (mark(verdict.class, screen), exercise.id(), exercise.title());
    screen.line(format_args!(
        "  {colour}{mark}{colour:#} {id:<5} {title:<widest$} {colour}{class:<17}{colour:#} {DIM}{tests}{DIM:#}"
    ))?;
    Ok(())
}

/// The last line below several.
pub fn sum(exercises: &[Exercise], unsolved: usize, screen: &mut Screen) -> Result<()> {
    let (all, solved) = (exercises.len(), exercises.len() - unsolved);
    screen.blank()?;
    if unsolved == 0 {
        screen.line(format_args!("  {GOOD}All {all} solved.{GOOD:#}"))?;
    } else {
        let one = exercises.first().map(Exercise::id).unwrap_or_default();
        screen.line(format_args!(
            "  {solved} of {all} solved. {DIM}cargo xtask check {one} shows one in full.{DIM:#}"
        ))?;
    }
    Ok(())
}

fn untouched(verdict: &Verdict) -> bool {
    verdict.tests.iter().all(|test| matches!(test.class, None | Some(Class::NotStarted)))
}

fn mark(class: Class, screen: &Screen) -> &'static str {
    match class {
        Class::Solved => screen.symbol("✓", "ok"),
        Class::NotStarted => screen.symbol("○", "-"),
        _ => screen.symbol("✗", "x"),
    }
}

fn colour(class: Class) -> Style {
    match class {
        Class::Solved => GOOD,
        Class::NotStarted => DIM,
        _ => BAD,
    }
}

fn solved(verdict: &Verdict, screen: &mut Screen) -> Result<()> {
    tests(verdict, screen)?;
    screen.blank()?;
    let text = match verdict.is_proved() {
        None => "Solved.",
        Some(true) => "Solved, and proved: no order of the threads' steps makes it fail.",
        Some(false) => {
            "Solved, but not proved: there are more orders of the threads' steps than there was time for."
        }
    };
    screen.prose(2, GOOD, text)?;
    Ok(())
}

fn wrong(verdict: &Verdict, screen: &mut Screen) -> Result<()> {
    tests(verdict, screen)?;
    if !verdict.tests.is_empty() {
        screen.blank()?;
    }
    let words = verdict.class.words();
    let mut letters = words.chars();
    let words: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    screen.prose(2, BAD, &format!("{words}."))?;
    // A text about this file is better than the text of its class.
    let text = if verdict.text.is_empty() { verdict.class.meaning() } else { &verdict.text };
    screen.prose(2, Style::new(), text)?;
    if !verdict.details.is_empty() {
        screen.blank()?;
        for line in &verdict.details {
            screen.line(format!("  {line}").trim_end())?;
        }
    }
    match verdict.first_failing() {
        Some(test) => failing(test, screen),
        None => Ok(()),
    }
}

/// A line a test.
fn tests(verdict: &Verdict, screen: &mut Screen) -> Result<()> {
    let widest = verdict.tests.iter().map(|test| test.name.len()).max().unwrap_or(0);
    let room = screen.style.width.saturating_sub(8);
    for test in &verdict.tests {
        let name = test.name.replace('_', " ");
        let (mark, colour, remark) = match test.class {
            Some(Class::Solved) if test.explored.is_empty() => {
                (mark(Class::Solved, screen), GOOD, "ran".to_owned())
            }
            Some(Class::Solved) => (mark(Class::Solved, screen), GOOD, test.explored_in_words()),
            Some(class) => (mark(class, screen), self::colour(class), class.words().to_owned()),
            None => (screen.symbol("·", "."), DIM, "not run".to_owned()),
        };
        let quiet = if test.class == Some(Class::Solved) { DIM } else { colour };
        if widest + 2 + remark.len() <= room {
            screen
                .line(format_args!("  {colour}{mark}{colour:#} {name:<widest$}  {quiet}{remark}{quiet:#}"))?;
        } else {
            screen.line(format_args!("  {colour}{mark}{colour:#} {name}"))?;
            screen.prose(6, quiet, &remark)?;
        }
    }
    Ok(())
}

/// What the first test that failed has seen.
fn failing(test: &Judged, screen: &mut Screen) -> Result<()> {
    screen.blank()?;
    let place = if test.place.is_empty() { String::new() } else { format!("  {DIM}{}{DIM:#}", test.place) };
    screen.line(format_args!("  {BOLD}{}{BOLD:#}{place}", test.name.replace('_', " ")))?;
    for line in test.text.lines() {
        screen.prose(4, Style::new(), line)?;
    }
    if !test.picture.is_empty() {
        screen.blank()?;
        for line in test.picture.lines() {
            screen.line(format!("  {line}").trim_end())?;
        }
    }
    // The text above has the panic's message already, but after a crash there is no such text.
    if test.class == Some(Class::Crash) || !only_panics(&test.output) {
        let lines: Vec<&str> = test.output.lines().collect();
        if !lines.is_empty() {
            screen.blank()?;
            screen.line(format_args!("    {DIM}It printed:{DIM:#}"))?;
        }
        for line in lines.iter().skip(lines.len().saturating_sub(OUTPUT)) {
            let line: String = line.chars().filter(|c| !c.is_control()).take(200).collect();
            screen.line(format_args!("    {DIM}{}{DIM:#} {line}", screen.symbol("│", "|")))?;
        }
    }
    Ok(())
}

/// Whether the output is only what panics print.
fn only_panics(output: &str) -> bool {
    output.is_empty()
        || output
            .lines()
            .next()
            .is_some_and(|line| line.starts_with("thread '") && line.contains("panicked at"))
}

/// The task, for a learner who has not begun.
fn task(exercise: &Exercise, screen: &mut Screen) -> Result<()> {
    let text = exercise.text()?;
    paragraphs(&text.task, screen)?;
    screen.blank()?;
    let mut rest = format!("About {} minutes.", text.minutes);
    if !text.after.is_empty() {
        let ids = text.after.iter().map(|stem| format!("{}/{}", exercise.lesson, number_of(stem)));
        rest.push_str(&format!(" Solve before it: {}.", ids.collect::<Vec<_>>().join(", ")));
    }
    screen.prose(2, DIM, &rest)?;
    Ok(())
}

/// `1` of `e1_in_order`
fn number_of(stem: &str) -> &str {
    stem.trim_start_matches('e').split('_').next().unwrap_or_default()
}

/// Markdown of our own making: paragraphs, and code between fences.
pub fn paragraphs(text: &str, screen: &mut Screen) -> Result<()> {
    let mut paragraph = String::new();
    let mut in_code = false;
    for line in text.lines() {
        let fence = line.trim_start().starts_with("```");
        let item = line.starts_with("- ") || line.starts_with("* ");
        if (in_code || fence || item || line.trim().is_empty()) && !paragraph.is_empty() {
            screen.prose(2, Style::new(), &std::mem::take(&mut paragraph))?;
        }
        if fence {
            in_code = !in_code;
        } else if in_code {
            for line in terminal::highlight::lines(line) {
                screen.line(format_args!("      {line}"))?;
            }
        } else if line.trim().is_empty() {
            screen.blank()?;
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    screen.prose(2, Style::new(), &paragraph)?;
    Ok(())
}

/// What to do now.
fn commands(
    exercise: &Exercise,
    verdict: &Verdict,
    next: Option<&Exercise>,
    screen: &mut Screen,
) -> Result<()> {
    let id = exercise.id();
    let row = |command: String, why: &str| vec![command, why.to_owned()];
    let mut rows = Vec::new();
    if verdict.is_solved() {
        if let Some(next) = next {
            rows.push(row(format!("cargo xtask check {}", next.id()), &format!("next: {}", next.title())));
        }
        rows.push(row(format!("cargo xtask solution {id}"), "ours, and why it is as it is"));
    } else {
        if verdict.class == Class::NotStarted {
            rows.push(row(format!("cargo xtask watch {id}"), "a verdict whenever you save the file"));
        }
        let for_class = exercise.text().is_ok_and(|text| text.hint(Which::Class(verdict.class)).is_some());
        if for_class {
            let why = format!("a hint for this {}", verdict.class.words());
            rows.push(row(format!("cargo xtask hint {id} {}", verdict.class), &why));
        } else {
            rows.push(row(format!("cargo xtask hint {id}"), "a first hint"));
        }
    }
    screen.table(&rows)?;
    screen.blank()?;
    Ok(())
}
