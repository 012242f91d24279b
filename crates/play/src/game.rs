//! One game: choices, and replays of them.

use std::io;

use play::puzzles::{Header, Puzzle};
use play::replay::{self, End, Position};
use play::tree::{LIMIT, Tree};
use terminal::{Key, Screen};

use crate::draw;

/// A puzzle, and what it asks for.
pub struct Goal {
    pub puzzle: &'static Puzzle,
    pub header: Header,
    /// The fewest choices that reach it.
    pub par: usize,
}

pub struct Game<'a> {
    goal: Goal,
    screen: &'a mut Screen,
    /// The chosen threads, by their number.
    choices: Vec<usize>,
    position: Position,
    /// What there is to say about the last key.
    note: String,
}

impl Goal {
    /// # Errors
    ///
    /// What is wrong with the puzzle, in a line.
    pub fn of(puzzle: &'static Puzzle) -> Result<Goal, String> {
        let header = puzzle.header()?;
        let shortest = Tree::grow(&puzzle.code, &[], LIMIT).shortest(header.class);
        let par = shortest.ok_or_else(|| format!("{}: no choices reach its goal", puzzle.name))?.len();
        Ok(Goal { puzzle, header, par })
    }
}

impl<'a> Game<'a> {
    pub fn new(goal: Goal, screen: &'a mut Screen) -> Game<'a> {
        let position = after(&goal, &[]);
        Game { goal, screen, choices: Vec::new(), position, note: String::new() }
    }

    /// The terminal gives single keys, and each scene takes the place of the one before.
    pub fn in_raw_mode(self) -> Game<'a> {
        self.screen.raw = true;
        self
    }

    /// Until the goal is reached, or there are no more keys; says whether it was reached.
    pub fn play(mut self, keys: impl Iterator<Item = Key>) -> io::Result<bool> {
        let result = self.turns(keys);
        self.screen.raw = false;
        result
    }

    fn turns(&mut self, mut keys: impl Iterator<Item = Key>) -> io::Result<bool> {
        loop {
            if self.screen.raw {
                self.screen.clear()?;
            }
            if let Some(End::Failed(failure)) = &self.position.end
                && self.position.class() == Some(self.goal.header.class)
            {
                draw::solved(&self.goal, self.choices.len(), failure, self.screen)?;
                return Ok(true);
            }
            draw::scene(&self.goal, self.choices.len(), &self.position, &self.note, self.screen)?;
            match keys.next() {
                None | Some(Key::Quit) => return Ok(false),
                Some(Key::Char(c)) => {
                    draw::pressed(c, self.screen)?;
                    self.press(c);
                }
            }
        }
    }

    fn press(&mut self, key: char) {
        self.note.clear();
        match key {
            'u' if self.choices.is_empty() => self.note = "There is no choice to undo.".into(),
            'u' => {
                self.choices.pop();
                self.replay();
            }
            'r' => {
                self.choices.clear();
                self.replay();
            }
            'h' => self.note = self.hint(),
            // That is on the screen already.
            _ if self.position.end.is_some() => {}
            _ => self.choose(key),
        }
    }

    fn choose(&mut self, key: char) {
        let threads = &self.position.scene.threads;
        match threads.iter().enumerate().find(|(number, _)| draw::key(*number) == key) {
            Some((number, thread)) if thread.can_go_on => {
                self.choices.push(number);
                self.replay();
            }
            Some((_, thread)) => {
                self.note = format!("Not now: {} {}.", thread.name, draw::state(thread, threads));
            }
            None => self.note = format!("There is no key '{}'.", key.escape_debug()),
        }
    }

    fn replay(&mut self) {
        self.position = after(&self.goal, &self.choices);
    }

    fn hint(&self) -> String {
        let tree = Tree::grow(&self.goal.puzzle.code, &self.choices, LIMIT);
        match tree.shortest(self.goal.header.class).as_deref() {
            Some([next, rest @ ..]) => {
                let name = &self.position.scene.threads[*next].name;
                match rest.len() {
                    0 => format!("Hint: {name} goes on, and that is it."),
                    more => format!("Hint: {name} goes on; after that it takes {more} more."),
                }
            }
            _ => "Hint: from here the goal cannot be reached any more; undo a choice.".into(),
        }
    }
}

/// Where the execution stands after choices that were offered.
fn after(goal: &Goal, choices: &[usize]) -> Position {
    replay::position(&goal.puzzle.code, choices).expect("each choice is of a thread that can go on there")
}
