//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::{Long, Short, Value, ValueExt};

/// What `--help` prints.
pub const HELP: &str = "\
Builds the course's book and checks it.

Usage: ungil-book build      build into book/build and print the path of its index.html
       ungil-book check      print what is wrong with the book
       ungil-book svg FILE   print FILE, a program's output in ANSI colours, as a picture of a terminal
";

/// What to do, and with which repository.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    /// What to do.
    pub command: Command,
    /// The repository's folder; else the one that this program was compiled in. For tests, and so not in the
    /// help.
    pub root: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Build.
    Build,
    /// Check.
    Check,
    /// Draw this file.
    Svg(PathBuf),
    /// Print the help.
    Help,
}

/// Reads the arguments after the program's name.
///
/// # Errors
///
/// One line about the first argument that makes no sense.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, lexopt::Error> {
    let (mut word, mut file, mut root) = (None::<String>, None, None);
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("root") => root = Some(PathBuf::from(parser.value()?)),
            Long("help") | Short('h') => return Ok(Arguments { command: Command::Help, root }),
            Value(value) if word.is_none() => word = Some(value.string()?),
            Value(value) if file.is_none() && word.as_deref() == Some("svg") => file = Some(value.into()),
            other => return Err(other.unexpected()),
        }
    }
    let command = match (word.as_deref(), file) {
        (Some("build"), _) => Command::Build,
        (Some("check"), _) => Command::Check,
        (Some("svg"), Some(file)) => Command::Svg(file),
        (Some("svg"), None) => return Err("svg needs a file".into()),
        (Some("help"), _) => Command::Help,
        (Some(other), _) => return Err(format!("no command `{other}`; say build, check or svg").into()),
        (None, _) => return Err("say build, check or svg".into()),
    };
    Ok(Arguments { command, root })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Arguments, String> {
        parse(line.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn commands_are_read() {
        assert_eq!(parsed("build"), Ok(Arguments { command: Command::Build, root: None }));
        assert_eq!(parsed("svg a").map(|arguments| arguments.command), Ok(Command::Svg("a".into())));
        let root = Some(PathBuf::from("r"));
        assert_eq!(parsed("check --root=r"), Ok(Arguments { command: Command::Check, root }));
        assert_eq!(parsed("--help").map(|arguments| arguments.command), Ok(Command::Help));
    }

    #[test]
    fn misuse_is_one_line() {
        for line in ["", "bild", "build --dest a", "check check", "svg", "svg a b", "check --root"] {
            assert!(parsed(line).is_err_and(|message| message.lines().count() == 1), "{line}");
        }
    }
}
