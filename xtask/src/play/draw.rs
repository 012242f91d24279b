//! What a game looks like.

use anstyle::{AnsiColor, Style};
use textwrap::core::display_width;

use super::tool::{Mended, Position, Puzzle, Thread, Tool};
use crate::diff::changes;
use crate::failure::Result;
use crate::highlight;
use crate::screen::{BAD, BOLD, DIM, GOOD, Screen};

/// A thread's colour, by its number.
const COLOURS: [Style; 5] = [
    AnsiColor::Cyan.on_default().bold(),
    AnsiColor::Yellow.on_default().bold(),
    AnsiColor::Magenta.on_default().bold(),
    AnsiColor::Green.on_default().bold(),
    AnsiColor::Blue.on_default().bold(),
];

/// So many of the last steps are shown where there is room, and so many in any case.
const STEPS: usize = 8;
const FEW: usize = 2;

/// The most empty lines between the parts of a scene.
const GAPS: usize = 4;

/// The key that lets a thread go on: `m` for main, `1` for T1.
pub fn key(thread: usize) -> char {
    match thread {
        0 => 'm',
        _ => u32::try_from(thread).ok().and_then(|number| char::from_digit(number, 36)).unwrap_or('?'),
    }
}

fn colour(thread: usize) -> Style {
    COLOURS[thread % COLOURS.len()]
}

/// What a thread can do, or why it cannot.
pub fn state(thread: &Thread, threads: &[Thread]) -> String {
    match &thread.next {
        _ if thread.ended => "has ended".into(),
        Some(next) if thread.can_go_on => format!("can go on: {}", next.text),
        Some(next) => match next.held_by {
            Some((holder, line)) => {
                let holder = threads.get(holder).map_or("", |holder| &holder.name);
                format!("waits in {}, held by {holder} since line {line}", next.text)
            }
            None => format!("waits in {}", next.text),
        },
        None => "has not begun".into(),
    }
}

/// In a pipe nobody sees which keys were pressed.
pub fn pressed(key: char, screen: &mut Screen) -> Result<()> {
    if !screen.raw {
        screen.blank()?;
        screen.line(format_args!("{BOLD}> {}{BOLD:#}", key.escape_debug()))?;
        screen.blank()?;
    }
    Ok(())
}

/// Where the execution stands.
pub fn scene(
    puzzle: &Puzzle,
    choices: usize,
    position: &Position,
    note: &str,
    screen: &mut Screen,
) -> Result<()> {
    let mut room = Room::new(puzzle, position, screen);
    heading(puzzle, choices, screen)?;
    screen.prose(0, BOLD, &puzzle.goal)?;
    room.gap(screen)?;
    code(puzzle, position, room.brief, screen)?;
    room.gap(screen)?;
    threads(position, screen)?;
    room.gap(screen)?;
    steps(position, room.steps, screen)?;
    room.gap(screen)?;
    if !note.is_empty() {
        screen.prose(2, BOLD, note)?;
    } else if let Some(end) = &position.end {
        let text = match &end.picture {
            None => "It is over, and nothing has gone wrong. Undo a choice, or begin again.",
            Some(_) => "It has failed, but not as the goal asks. Undo a choice, or begin again.",
        };
        screen.prose(2, BAD, text)?;
    }
    keys(position, screen)
}

/// How much fits on the terminal. The code comes first, then some steps, then empty lines.
struct Room {
    /// Lines of the code without a word in them are left out.
    brief: bool,
    steps: usize,
    gaps: usize,
}

impl Room {
    fn new(puzzle: &Puzzle, position: &Position, screen: &Screen) -> Room {
        let rows = match crossterm::terminal::size() {
            Ok((_, rows)) if screen.raw => usize::from(rows),
            _ => return Room { brief: false, steps: STEPS, gaps: GAPS },
        };
        let goal = display_width(&puzzle.goal) / screen.style.width + 1;
        // The heading, a note, the keys, and the line that the cursor stands on.
        let others = position.threads.len() + goal + 4;
        let all = puzzle.code.lines.len();
        let brief = all + others + FEW > rows;
        let code = if brief { puzzle.code.lines.iter().filter(|line| has_words(line)).count() } else { all };
        let left = rows.saturating_sub(code + others);
        let steps = position.steps.len().min(STEPS).min(left.max(FEW));
        Room { brief, steps, gaps: left.saturating_sub(steps).min(GAPS) }
    }

    fn gap(&mut self, screen: &mut Screen) -> Result<()> {
        if self.gaps > 0 {
            self.gaps -= 1;
            screen.blank()?;
        }
        Ok(())
    }
}

fn has_words(line: &str) -> bool {
    line.contains(char::is_alphanumeric)
}

fn count(choices: usize) -> String {
    format!("{choices} {}", if choices == 1 { "choice" } else { "choices" })
}

fn heading(puzzle: &Puzzle, choices: usize, screen: &mut Screen) -> Result<()> {
    let made = if choices == 0 { "no choice yet".to_owned() } else { count(choices) };
    let left = format!("{} {}", screen.symbol("◆", "*"), puzzle.title);
    Ok(screen.heading(&left, &format!("{made}, par {}", puzzle.par))?)
}

/// The code, and in front of each line the keys of the threads that stand before it.
fn code(puzzle: &Puzzle, position: &Position, brief: bool, screen: &mut Screen) -> Result<()> {
    let (bar, mark) = (screen.symbol("│", "|"), screen.symbol("▶", ">"));
    let width = position.threads.len().max(2);
    let lines = highlight::lines(&puzzle.code.lines.join("\n"));
    for ((number, line), plain) in (puzzle.code.first..).zip(lines).zip(&puzzle.code.lines) {
        if brief && !has_words(plain) {
            continue;
        }
        let stands = |thread: &Thread| thread.next.as_ref().is_some_and(|next| next.line == number);
        let here: Vec<usize> =
            (0..position.threads.len()).filter(|&t| stands(&position.threads[t])).collect();
        let mut marks = " ".repeat(width - here.len());
        for &thread in &here {
            let colour = colour(thread);
            marks.push_str(&format!("{colour}{}{colour:#}", key(thread)));
        }
        let mark = if here.is_empty() { " " } else { mark };
        screen.line(format!("  {marks}{mark} {DIM}{number:>3} {bar}{DIM:#} {line}").trim_end())?;
    }
    Ok(())
}

/// A line a thread.
fn threads(position: &Position, screen: &mut Screen) -> Result<()> {
    let widest = position.threads.iter().map(|thread| display_width(&thread.name)).max().unwrap_or(0);
    for (number, thread) in position.threads.iter().enumerate() {
        let (colour, key) = (colour(number), key(number));
        let quiet = if thread.can_go_on { Style::new() } else { DIM };
        let (name, state) = (&thread.name, state(thread, &position.threads));
        screen.line(format_args!("  {colour}{key}  {name:<widest$}{colour:#}  {quiet}{state}{quiet:#}"))?;
    }
    Ok(())
}

/// The last steps.
fn steps(position: &Position, most: usize, screen: &mut Screen) -> Result<()> {
    let hidden = position.steps.len().saturating_sub(most);
    let widest = position.threads.iter().map(|thread| display_width(&thread.name)).max().unwrap_or(0);
    for (number, step) in position.steps.iter().enumerate().skip(hidden) {
        let name = position.threads.get(step.thread).map_or("", |thread| &thread.name);
        let (colour, number) = (colour(step.thread), number + 1);
        screen.line(format_args!(
            "  {DIM}step {number:<3}{DIM:#} {colour}{name:<widest$}{colour:#}  {}",
            step.text
        ))?;
    }
    Ok(())
}

fn keys(position: &Position, screen: &mut Screen) -> Result<()> {
    let threads = position.threads.iter().enumerate().filter(|(_, thread)| thread.can_go_on);
    let threads: Vec<(String, &str)> =
        threads.map(|(number, thread)| (key(number).to_string(), thread.name.as_str())).collect();
    let others = [("u", "undo"), ("r", "restart"), ("h", "hint"), ("q", "quit")];
    let keys: Vec<(&str, &str)> =
        threads.iter().map(|(key, name)| (key.as_str(), *name)).chain(others).collect();
    Ok(screen.keys(&keys)?)
}

/// The goal is reached: the execution, what there is to learn, and the mended code with its proof.
pub fn solved(
    tool: &Tool,
    puzzle: &Puzzle,
    choices: usize,
    position: &Position,
    screen: &mut Screen,
) -> Result<()> {
    heading(puzzle, choices, screen)?;
    screen.rule()?;
    let picture = position.end.as_ref().and_then(|end| end.picture.as_deref()).unwrap_or_default();
    for line in picture.trim_end().lines() {
        screen.line(format!("  {line}").trim_end())?;
    }
    screen.blank()?;
    let tick = screen.symbol("✓", "ok:");
    screen.prose(0, GOOD, &format!("{tick} Solved in {}, par {}.", count(choices), puzzle.par))?;
    screen.prose(0, Style::new(), &puzzle.learnt)?;
    screen.blank()?;
    screen.heading("Mended", &puzzle.mended.file)?;
    let text = |lines: &[String]| lines.join("\n") + "\n";
    for (style, line) in changes(&text(&puzzle.code.lines), &text(&puzzle.mended.lines)) {
        screen.line(format_args!("  {style}{line}{style:#}"))?;
    }
    screen.blank()?;
    screen.prose(0, DIM, "The model checker searches for an execution of it that fails ...")?;
    match tool.mended(&puzzle.name)? {
        Mended::Proof(proof) => screen.prose(0, GOOD, &format!("{tick} {proof}: none fails."))?,
        Mended::Failure(picture) => {
            screen.prose(0, BAD, "and has found one: this version is not mended.")?;
            for line in picture.trim_end().lines() {
                screen.line(format!("  {line}").trim_end())?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tool::Next;
    use super::*;

    fn thread(name: &str, can_go_on: bool, next: Option<(&str, Option<(usize, u64)>)>) -> Thread {
        let next = next.map(|(text, held_by)| Next { text: text.into(), line: 1, held_by });
        Thread { name: name.into(), can_go_on, ended: false, next }
    }

    #[test]
    fn who_can_go_on_and_why_the_others_cannot() {
        let threads = [
            thread("main", true, Some(("done.load", None))),
            thread("T1", false, Some(("lock.lock", Some((0, 14))))),
            thread("T2", false, Some(("join T1", None))),
            Thread { ended: true, ..thread("T3", false, None) },
        ];
        let states: Vec<String> = threads.iter().map(|thread| state(thread, &threads)).collect();
        assert_eq!(
            states,
            [
                "can go on: done.load",
                "waits in lock.lock, held by main since line 14",
                "waits in join T1",
                "has ended"
            ]
        );
    }

    #[test]
    fn a_thread_has_the_key_of_its_name() {
        assert_eq!([0, 1, 2, 9].map(key), ['m', '1', '2', '9']);
    }
}
