//! Lines of cells that become text, with or without colours.

use crate::{SpanKind, label};
use anstyle::{AnsiColor, Style as Ansi};

/// What a cell belongs to. It decides only the colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Paint {
    #[default]
    Plain,
    Strong,
    Faint,
    Bar(SpanKind),
    Moment,
    Arrow,
}

impl Paint {
    fn ansi(self) -> Ansi {
        let color = |color: AnsiColor| color.on_default();
        match self {
            Paint::Plain => Ansi::new(),
            Paint::Strong => Ansi::new().bold(),
            Paint::Faint => Ansi::new().dimmed(),
            Paint::Bar(SpanKind::Run) => color(AnsiColor::Blue),
            Paint::Bar(SpanKind::Wait) => Ansi::new().dimmed(),
            Paint::Bar(SpanKind::Io) => color(AnsiColor::Yellow),
            Paint::Moment => color(AnsiColor::Green),
            Paint::Arrow => color(AnsiColor::Magenta),
        }
    }
}

/// One line. A wide character takes its cell and leaves the next cell empty.
#[derive(Default)]
pub(crate) struct Line {
    cells: Vec<(String, Paint)>,
}

impl Line {
    /// Writes a text that begins at this cell.
    pub fn put(&mut self, cell: usize, text: &str, paint: Paint) -> &mut Line {
        let mut at = cell;
        for c in text.chars() {
            match label::char_width(c) {
                0 => self.cell(at.saturating_sub(1)).0.push(c),
                width => {
                    *self.cell(at) = (c.into(), paint);
                    (at + 1..at + width).for_each(|next| *self.cell(next) = (String::new(), paint));
                    at += width;
                }
            }
        }
        self
    }

    /// Writes a text behind the last cell.
    pub fn push(&mut self, text: &str, paint: Paint) -> &mut Line {
        self.put(self.cells.len(), text, paint)
    }

    fn cell(&mut self, cell: usize) -> &mut (String, Paint) {
        if self.cells.len() <= cell {
            self.cells.resize_with(cell + 1, || (" ".into(), Paint::Plain));
        }
        &mut self.cells[cell]
    }

    /// Adds the line to a text, without blanks at its end.
    pub fn write(&self, out: &mut String, color: bool) {
        let blank = |(text, _): &(String, Paint)| text == " ";
        let end = self.cells.iter().rposition(|cell| !blank(cell)).map_or(0, |last| last + 1);
        for run in self.cells[..end].chunk_by(|a, b| a.1 == b.1) {
            let style = if color { run[0].1.ansi() } else { Ansi::new() };
            out.push_str(&style.render().to_string());
            run.iter().for_each(|(text, _)| out.push_str(text));
            out.push_str(&style.render_reset().to_string());
        }
        out.push('\n');
    }
}
