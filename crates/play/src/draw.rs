//! What a game looks like.

use anstyle::{AnsiColor, Style};
use textwrap::core::display_width;

use std::io::Result;

use interleave::{Actor, Failure, Scene};
use play::puzzles::Code;
use play::replay::{self, End, Position};
use source::anchor::Anchor;
use terminal::diff::changes;
use terminal::highlight;
use terminal::screen::{BAD, BOLD, DIM, GOOD, Screen};

use crate::game::Goal;

/// A thread's colour, by its number.
const COLOURS: [Style; 5] = [
    AnsiColor::Cyan.on_default().bold(),
    AnsiColor::Yellow.on_default().bold(),
    AnsiColor::Magenta.on_default().bold(),
    AnsiColor::Green.on_default().bold(),
    AnsiColor::Blue.on_default().bold(),
];

/// The number of last steps that are shown if there is room, and the number shown in any case.
const STEPS: usize = 8;
const FEW: usize = 2;

/// A wider picture is hard to read.
const WIDEST: usize = 100;

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
pub fn state(thread: &Actor, threads: &[Actor]) -> String {
    match &thread.next {
        _ if thread.ended => "has ended".into(),
        Some(next) if thread.can_go_on => format!("can go on: {}", next.text),
        Some(next) => match &next.held_by {
            Some((holder, since)) => {
                let holder = threads.get(*holder).map_or("", |holder| &holder.name);
                format!("waits in {}, held by {holder} since line {}", next.text, since.number)
            }
            None => format!("waits in {}", next.text),
        },
        None => "has not begun".into(),
    }
}

/// A pipe does not show the keys that were pressed.
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
    goal: &Goal,
    choices: usize,
    position: &Position,
    note: &str,
    screen: &mut Screen,
) -> Result<()> {
    let mut room = Room::new(goal, position, screen);
    heading(goal, choices, screen)?;
    screen.prose(0, BOLD, &goal.header.goal)?;
    room.gap(screen)?;
    code(goal, position, room.brief, screen)?;
    room.gap(screen)?;
    threads(position, screen)?;
    room.gap(screen)?;
    steps(position, room.steps, screen)?;
    room.gap(screen)?;
    if !note.is_empty() {
        screen.prose(2, BOLD, note)?;
    } else if let Some(end) = &position.end {
        let text = match end {
            End::Passed => "It is over, and nothing has gone wrong. Undo a choice, or begin again.",
            End::Failed(_) => "It has failed, but not as the goal asks. Undo a choice, or begin again.",
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
    fn new(goal: &Goal, position: &Position, screen: &Screen) -> Room {
        let rows = match crossterm::terminal::size() {
            Ok((_, rows)) if screen.raw => usize::from(rows),
            _ => return Room { brief: false, steps: STEPS, gaps: GAPS },
        };
        let of_goal = display_width(&goal.header.goal) / screen.style.width + 1;
        // The heading, a note, the keys, and the line that the cursor stands on.
        let others = position.scene.threads.len() + of_goal + 4;
        let lines = goal.puzzle.code.shown().lines;
        let all = lines.len();
        let brief = all + others + FEW > rows;
        let code = if brief { lines.iter().filter(|line| has_words(line)).count() } else { all };
        let left = rows.saturating_sub(code + others);
        let steps = position.scene.steps.len().min(STEPS).min(left.max(FEW));
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

fn heading(goal: &Goal, choices: usize, screen: &mut Screen) -> Result<()> {
    let made = if choices == 0 { "no choice yet".to_owned() } else { count(choices) };
    let left = format!("{} {}", screen.symbol("◆", "*"), goal.header.title);
    screen.heading(&left, &format!("{made}, par {}", goal.par))
}

/// The code, and in front of each line the keys of the threads that stand before it.
fn code(goal: &Goal, position: &Position, brief: bool, screen: &mut Screen) -> Result<()> {
    let (bar, mark) = (screen.symbol("│", "|"), screen.symbol("▶", ">"));
    let threads = &position.scene.threads;
    let width = threads.len().max(2);
    let Anchor { first, lines: shown } = goal.puzzle.code.shown();
    let lines = highlight::lines(&shown.join("\n"));
    for ((number, line), plain) in (first..).zip(lines).zip(&shown) {
        if brief && !has_words(plain) {
            continue;
        }
        let stands = |thread: &Actor| {
            thread.next.as_ref().is_some_and(|next| usize::try_from(next.line.number) == Ok(number))
        };
        let here: Vec<usize> = (0..threads.len()).filter(|&thread| stands(&threads[thread])).collect();
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
    let widest = widest_name(position);
    for (number, thread) in position.scene.threads.iter().enumerate() {
        let (colour, key) = (colour(number), key(number));
        let quiet = if thread.can_go_on { Style::new() } else { DIM };
        let (name, state) = (&thread.name, state(thread, &position.scene.threads));
        screen.line(format_args!("  {colour}{key}  {name:<widest$}{colour:#}  {quiet}{state}{quiet:#}"))?;
    }
    Ok(())
}

/// The last steps.
fn steps(position: &Position, most: usize, screen: &mut Screen) -> Result<()> {
    let Scene { steps, threads } = &position.scene;
    let hidden = steps.len().saturating_sub(most);
    let widest = widest_name(position);
    for (number, step) in steps.iter().enumerate().skip(hidden) {
        let name = threads.get(step.thread).map_or("", |thread| &thread.name);
        let (colour, number) = (colour(step.thread), number + 1);
        screen.line(format_args!(
            "  {DIM}step {number:<3}{DIM:#} {colour}{name:<widest$}{colour:#}  {}",
            step.text
        ))?;
    }
    Ok(())
}

fn keys(position: &Position, screen: &mut Screen) -> Result<()> {
    let threads = position.scene.threads.iter().enumerate().filter(|(_, thread)| thread.can_go_on);
    let threads: Vec<(String, &str)> =
        threads.map(|(number, thread)| (key(number).to_string(), thread.name.as_str())).collect();
    let others = [("u", "undo"), ("r", "restart"), ("h", "hint"), ("q", "quit")];
    let keys: Vec<(&str, &str)> =
        threads.iter().map(|(key, name)| (key.as_str(), *name)).chain(others).collect();
    screen.keys(&keys)
}

/// The goal is reached: the execution, what there is to learn, and the mended code with its proof.
pub fn solved(goal: &Goal, choices: usize, failure: &Failure, screen: &mut Screen) -> Result<()> {
    heading(goal, choices, screen)?;
    screen.rule()?;
    picture(failure, screen)?;
    screen.blank()?;
    let tick = screen.symbol("✓", "ok:");
    screen.prose(0, GOOD, &format!("{tick} Solved in {}, par {}.", count(choices), goal.par))?;
    screen.prose(0, Style::new(), &goal.header.learnt)?;
    screen.blank()?;
    screen.heading("Mended", goal.puzzle.mended.file)?;
    let text = |code: &Code| code.shown().lines.join("\n") + "\n";
    for (style, line) in changes(&text(&goal.puzzle.code), &text(&goal.puzzle.mended)) {
        screen.line(format_args!("  {style}{line}{style:#}"))?;
    }
    screen.blank()?;
    screen.prose(0, DIM, "The model checker searches for an execution of it that fails ...")?;
    match replay::search(&goal.puzzle.mended) {
        Ok(explored) => screen.prose(0, GOOD, &format!("{tick} {explored}: none fails.")),
        Err(failure) => {
            screen.prose(0, BAD, "and has found one: this version is not mended.")?;
            picture(&failure, screen)
        }
    }
}

/// The execution that fails, two columns from the left.
fn picture(failure: &Failure, screen: &mut Screen) -> Result<()> {
    let style = interleave::Style {
        width: screen.style.width.saturating_sub(2).min(WIDEST),
        ascii: !screen.style.unicode,
    };
    for line in failure.picture(style).trim_end().lines() {
        screen.line(format!("  {line}").trim_end())?;
    }
    Ok(())
}

fn widest_name(position: &Position) -> usize {
    position.scene.threads.iter().map(|thread| display_width(&thread.name)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use interleave::{Line, Wait};

    fn line(number: u32) -> Line {
        Line { file: String::new(), number, indent: 0, text: String::new() }
    }

    fn thread(name: &str, can_go_on: bool, next: Option<(&str, Option<(usize, u32)>)>) -> Actor {
        let next = next.map(|(text, held_by)| Wait {
            thread: 0,
            text: text.into(),
            object: None,
            line: line(1),
            held_by: held_by.map(|(holder, since)| (holder, line(since))),
            missed: None,
        });
        Actor { name: name.into(), can_go_on, ended: false, next }
    }

    #[test]
    fn who_can_go_on_and_why_the_others_cannot() {
        let threads = [
            thread("main", true, Some(("done.load", None))),
            thread("T1", false, Some(("lock.lock", Some((0, 14))))),
            thread("T2", false, Some(("join T1", None))),
            Actor { ended: true, ..thread("T3", false, None) },
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
