//! One game: choices, and replays of them.

use super::draw;
use super::tool::{Position, Puzzle, Tool};
use crate::failure::{Context, Failure, Result};
use crate::keys::Key;
use crate::screen::Screen;

pub struct Game<'a> {
    tool: &'a Tool,
    puzzle: Puzzle,
    screen: &'a mut Screen,
    /// The threads that were chosen, by their number.
    choices: Vec<usize>,
    position: Position,
    /// What there is to say about the last key.
    note: String,
}

impl<'a> Game<'a> {
    pub fn new(tool: &'a Tool, name: &str, screen: &'a mut Screen) -> Result<Game<'a>> {
        let puzzle = tool.puzzles()?.into_iter().find(|puzzle| puzzle.name == name);
        let puzzle = puzzle.context(|| format!("{name} is not in the list of crates/play/src/puzzles.rs"))?;
        let position = tool.position(name, &[])?;
        Ok(Game { tool, puzzle, screen, choices: Vec::new(), position, note: String::new() })
    }

    /// The terminal gives single keys, and each scene takes the place of the one before.
    pub fn in_raw_mode(self) -> Game<'a> {
        self.screen.raw = true;
        self
    }

    /// Until the goal is reached, or there are no more keys.
    pub fn play(mut self, keys: impl Iterator<Item = Key>) -> Result<()> {
        let result = self.turns(keys);
        self.screen.raw = false;
        result
    }

    fn turns(&mut self, mut keys: impl Iterator<Item = Key>) -> Result<()> {
        loop {
            if self.screen.raw {
                self.screen.clear()?;
            }
            if self.position.end.as_ref().is_some_and(|end| end.goal) {
                return draw::solved(
                    self.tool,
                    &self.puzzle,
                    self.choices.len(),
                    &self.position,
                    self.screen,
                );
            }
            draw::scene(&self.puzzle, self.choices.len(), &self.position, &self.note, self.screen)?;
            match keys.next() {
                None | Some(Key::Quit) => return Err(Failure::Unsolved),
                Some(Key::Char(c)) => {
                    draw::pressed(c, self.screen)?;
                    self.press(c)?;
                }
            }
        }
    }

    fn press(&mut self, key: char) -> Result<()> {
        self.note.clear();
        match key {
            'u' if self.choices.is_empty() => self.note = "There is no choice to undo.".into(),
            'u' => {
                self.choices.pop();
                self.replay()?;
            }
            'r' => {
                self.choices.clear();
                self.replay()?;
            }
            'h' => self.note = self.hint()?,
            // That is on the screen already.
            _ if self.position.end.is_some() => {}
            _ => self.choose(key)?,
        }
        Ok(())
    }

    fn choose(&mut self, key: char) -> Result<()> {
        match self.position.threads.iter().enumerate().find(|(number, _)| draw::key(*number) == key) {
            Some((number, thread)) if thread.can_go_on => {
                self.choices.push(number);
                self.replay()?;
            }
            Some((_, thread)) => {
                let state = draw::state(thread, &self.position.threads);
                self.note = format!("Not now: {} {state}.", thread.name);
            }
            None => self.note = format!("There is no key '{}'.", key.escape_debug()),
        }
        Ok(())
    }

    fn replay(&mut self) -> Result<()> {
        self.position = self.tool.position(&self.puzzle.name, &self.choices)?;
        Ok(())
    }

    fn hint(&self) -> Result<String> {
        let choices = self.tool.solve(&self.puzzle.name, &self.choices)?;
        Ok(match choices.as_deref() {
            Some([next, rest @ ..]) => {
                let name = &self.position.threads[*next].name;
                match rest.len() {
                    0 => format!("Hint: {name} goes on, and that is it."),
                    more => format!("Hint: {name} goes on; after that it takes {more} more."),
                }
            }
            _ => "Hint: from here the goal cannot be reached any more; undo a choice.".into(),
        })
    }
}
