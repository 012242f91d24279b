//! The lines above a row: labels with their marks, placed so that nothing covers anything.

use crate::{label::width, layout::nearest};
use std::time::Duration;

/// The most lines a gap may have.
const LINES: usize = 3;

/// The lines between two rows. Line 0 is the lowest: next to the row that the labels belong to.
pub(crate) struct Gap {
    /// How many lines are in use.
    pub lines: usize,
    pub flags: Vec<Flag>,
    taken: [Vec<bool>; LINES],
}

/// A mark at a cell of line 0, and a text beside it or above it on a line of its own.
#[derive(Clone, Debug)]
pub(crate) struct Flag {
    pub mark: Mark,
    pub at: Duration,
    pub cell: usize,
    pub text: String,
    /// The line and the first cell of the text, once it has a place.
    pub place: Option<(usize, usize)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Moment,
    Span,
    /// The line of the arrow is the mark.
    Arrow,
}

impl Flag {
    pub fn new(mark: Mark, at: Duration, cell: usize, text: String) -> Flag {
        Flag { mark, at, cell, text, place: None }
    }
}

impl Gap {
    pub fn new(columns: usize) -> Gap {
        Gap { lines: 0, flags: Vec::new(), taken: std::array::from_fn(|_| vec![false; columns]) }
    }

    pub fn columns(&self) -> usize {
        self.taken[0].len()
    }

    /// Whether this column is empty on all lines.
    pub fn is_free(&self, cell: usize) -> bool {
        self.taken.iter().all(|line| !line[cell])
    }

    /// Gives the whole column to an arrow.
    pub fn pass(&mut self, cell: usize) {
        self.taken.iter_mut().for_each(|line| line[cell] = true);
        self.lines = self.lines.max(1);
    }

    /// Places the flags of a lane, the most important first. Returns the flags whose text has no place.
    ///
    /// Texts are placed from right to left. A text moves up a line if the lower line is taken to its right, so no
    /// stem of a flag crosses a text.
    pub fn place(&mut self, mut flags: Vec<Flag>) -> Vec<Flag> {
        flags.sort_by_key(|flag| (flag.mark == Mark::Span, flag.cell));
        let mut homeless = Vec::new();
        // The marks of moments come first: a mark is drawn even if its text has no place.
        for flag in flags.iter_mut().filter(|flag| flag.mark == Mark::Moment) {
            let free = nearest(flag.cell, self.columns()).find(|cell| !self.taken[0][*cell]);
            flag.cell = free.unwrap_or(flag.cell);
            self.taken[0][flag.cell] = true;
            self.lines = self.lines.max(1);
        }
        let first_span = flags.partition_point(|flag| flag.mark == Mark::Moment);
        let (moments, spans) = flags.split_at(first_span);
        for flag in moments.iter().rev().chain(spans.iter().rev()).cloned() {
            if let Err(flag) = self.label(flag) {
                if flag.mark == Mark::Moment {
                    self.flags.push(flag.clone());
                }
                homeless.push(flag);
            }
        }
        homeless
    }

    /// Finds a place for the text of a flag: right of the mark on the lowest line that has room, else left of
    /// it.
    pub fn label(&mut self, mut flag: Flag) -> Result<(), Flag> {
        if flag.text.is_empty() {
            self.flags.push(flag);
            return Ok(());
        }
        let len = width(&flag.text);
        let sides = [Some(flag.cell + 2), flag.cell.checked_sub(len + 1)];
        for start in sides.into_iter().flatten().filter(|start| start + len <= self.columns()) {
            for line in 0..LINES {
                // With a blank cell on either side.
                let room = start.saturating_sub(1)..(start + len + 1).min(self.columns());
                let free = room.clone().all(|cell| !self.taken[line][cell]);
                let stem = match flag.mark {
                    Mark::Arrow => 0..0,
                    Mark::Moment => 1..line + 1,
                    Mark::Span => 0..line + 1,
                };
                if free && stem.clone().all(|line| !self.taken[line][flag.cell]) {
                    self.taken[line][start..start + len].fill(true);
                    stem.for_each(|line| self.taken[line][flag.cell] = true);
                    self.lines = self.lines.max(line + 1);
                    flag.place = Some((line, start));
                    self.flags.push(flag);
                    return Ok(());
                }
            }
        }
        Err(flag)
    }
}
