//! How a chart is drawn as text, and what the terminal can show.

use std::{
    env,
    ffi::OsString,
    io::{IsTerminal, stdout},
};
use supports_unicode::Stream;
use terminal_size::terminal_size_of;

/// How to draw a chart as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The columns of the terminal: no line is wider. Below 30, one line says so instead of the chart.
    pub width: usize,
    /// Block and box characters, and labels as they are. Otherwise everything is ASCII.
    pub unicode: bool,
    /// ANSI colours. The shapes alone say the same.
    pub color: bool,
}

impl Default for Style {
    /// 80 columns, Unicode, no colours: the same everywhere.
    fn default() -> Style {
        Style { width: 80, unicode: true, color: false }
    }
}

impl Style {
    /// The style for the standard output of this process.
    ///
    /// - Width: `COLUMNS` if it is a number above 0, else the terminal's, else 80.
    /// - Unicode: by the locale; `UNGIL_ASCII` (not empty) turns it off.
    /// - Colours: on a terminal, unless `NO_COLOR` (not empty); `CLICOLOR_FORCE` (not empty, not `0`) turns
    ///   them on anywhere.
    pub fn detect() -> Style {
        let size = terminal_size_of(stdout());
        Style::of(
            |name| env::var_os(name),
            Terminal {
                width: size.map(|(width, _)| width.0.into()),
                unicode: supports_unicode::on(Stream::Stdout),
                is_terminal: stdout().is_terminal(),
            },
        )
    }

    fn of(var: impl Fn(&str) -> Option<OsString>, terminal: Terminal) -> Style {
        let set = |name| var(name).filter(|value| !value.is_empty());
        let columns = set("COLUMNS").and_then(|value| value.to_str()?.trim().parse().ok()).filter(|n| *n > 0);
        let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        Style {
            width: columns.or(terminal.width).unwrap_or(80),
            unicode: terminal.unicode && set("UNGIL_ASCII").is_none(),
            color: forced || (terminal.is_terminal && set("NO_COLOR").is_none()),
        }
    }
}

struct Terminal {
    width: Option<usize>,
    unicode: bool,
    is_terminal: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(vars: &[(&str, &str)], width: Option<usize>, is_terminal: bool) -> Style {
        let var = |name: &str| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
        Style::of(var, Terminal { width, unicode: true, is_terminal })
    }

    #[test]
    fn width_is_columns_then_the_terminal_then_80() {
        assert_eq!(of(&[("COLUMNS", "100")], Some(60), true).width, 100);
        assert_eq!(of(&[("COLUMNS", "wide")], Some(60), true).width, 60);
        assert_eq!(of(&[("COLUMNS", "0")], Some(60), true).width, 60);
        assert_eq!(of(&[("COLUMNS", "")], None, true).width, 80);
    }

    #[test]
    fn ascii_when_asked() {
        assert!(of(&[("UNGIL_ASCII", "")], None, true).unicode);
        assert!(!of(&[("UNGIL_ASCII", "1")], None, true).unicode);
    }

    #[test]
    fn colours_on_a_terminal_or_forced() {
        assert!(of(&[], None, true).color);
        assert!(of(&[("NO_COLOR", "")], None, true).color);
        assert!(!of(&[("NO_COLOR", "1")], None, true).color);
        assert!(!of(&[], None, false).color);
        assert!(of(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], None, false).color);
        assert!(!of(&[("CLICOLOR_FORCE", "0")], None, false).color);
    }
}
