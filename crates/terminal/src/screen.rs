//! What the runner's output looks like: width, colours, symbols.
//!
//! Colour never says what is not also said in words. `NO_COLOR` and pipes are honoured by the stream, the
//! width and the character set by [`Style::detect`], the same that draws timelines.

use std::io::{self, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style as Colour};
use textwrap::core::display_width;
use ungil_timeline::Style;

/// What matters.
pub const BOLD: Colour = Colour::new().bold();
/// What can be skipped.
pub const DIM: Colour = Colour::new().dimmed();
/// Headings.
pub const ACCENT: Colour = AnsiColor::Cyan.on_default().bold();
/// Success.
pub const GOOD: Colour = AnsiColor::Green.on_default().bold();
/// Failure.
pub const BAD: Colour = AnsiColor::Red.on_default().bold();

/// Longer lines of prose are hard to read, however wide the terminal is.
const PROSE: usize = 92;

/// Standard output.
#[derive(Debug)]
pub struct Screen {
    out: AutoStream<io::Stdout>,
    /// The width and the character set.
    pub style: Style,
    /// Whether the terminal is in raw mode: then it does not go back to the left by itself.
    pub raw: bool,
}

impl Screen {
    /// With the width and the character set that the environment and the terminal say.
    pub fn stdout() -> Screen {
        let mut style = Style::detect();
        style.width = style.width.max(1);
        Screen { out: anstream::stdout(), style, raw: false }
    }

    /// One line, and at once: the next thing may take long.
    pub fn line(&mut self, text: impl std::fmt::Display) -> io::Result<()> {
        if self.raw {
            write!(self.out, "{}\r\n", text.to_string().replace('\n', "\r\n"))?;
        } else {
            writeln!(self.out, "{text}")?;
        }
        self.out.flush()
    }

    /// Goes on at the top of an empty terminal.
    pub fn clear(&mut self) -> io::Result<()> {
        write!(self.out, "\x1b[2J\x1b[H")?;
        self.out.flush()
    }

    /// An empty line.
    pub fn blank(&mut self) -> io::Result<()> {
        self.line("")
    }

    /// A paragraph, wrapped, each line after `indent` spaces.
    pub fn prose(&mut self, indent: usize, colour: Colour, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let indent = if self.style.width < 40 { 0 } else { indent };
        let width = self.style.width.saturating_sub(1).min(PROSE);
        let margin = " ".repeat(indent);
        let options = textwrap::Options::new(width)
            .initial_indent(&margin)
            .subsequent_indent(&margin)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        for line in textwrap::wrap(text, options) {
            self.line(format_args!("{colour}{line}{colour:#}"))?;
        }
        Ok(())
    }

    /// A heading with a remark at the right, or below it where that does not fit.
    pub fn heading(&mut self, left: &str, right: &str) -> io::Result<()> {
        let width = self.style.width.saturating_sub(1).min(PROSE);
        let gap = width.saturating_sub(display_width(left));
        match gap.checked_sub(display_width(right)) {
            Some(gap) if gap > 1 => {
                self.line(format_args!("{ACCENT}{left}{ACCENT:#}{}{DIM}{right}{DIM:#}", " ".repeat(gap)))
            }
            _ => {
                self.prose(0, ACCENT, left)?;
                self.prose(0, DIM, right)
            }
        }
    }

    /// A line across.
    pub fn rule(&mut self) -> io::Result<()> {
        let width = self.style.width.saturating_sub(1).min(PROSE);
        let dash = if self.style.unicode { "─" } else { "-" };
        self.line(format_args!("{DIM}{}{DIM:#}", dash.repeat(width)))
    }

    /// The first where the terminal can show it, else the second.
    pub fn symbol(&self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.style.unicode { unicode } else { ascii }
    }

    /// Which key does what.
    pub fn keys(&mut self, keys: &[(&str, &str)]) -> io::Result<()> {
        let keys: Vec<String> =
            keys.iter().map(|(key, word)| format!("{BOLD}{key}{BOLD:#} {word}")).collect();
        self.line(format_args!("  {}", keys.join("   ")))
    }
}
