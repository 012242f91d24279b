//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::{Long, Short, Value, ValueExt};

/// What `--help` prints.
pub const HELP: &str = "\
Builds the course's book and checks it.

Usage: ungil-book build [--dest DIR]   build into DIR (else book/build) and print the path of its index.html
       ungil-book check                print what is wrong with the book
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
    /// Build into this folder.
    Build(Option<PathBuf>),
    /// Check.
    Check,
    /// Print the help.
    Help,
}

/// Reads the arguments after the program's name.
///
/// # Errors
///
/// One line about the first argument that makes no sense.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, lexopt::Error> {
    let (mut word, mut dest, mut root) = (None::<String>, None, None);
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("dest") => dest = Some(PathBuf::from(parser.value()?)),
            Long("root") => root = Some(PathBuf::from(parser.value()?)),
            Long("help") | Short('h') => return Ok(Arguments { command: Command::Help, root }),
            Value(value) if word.is_none() => word = Some(value.string()?),
            other => return Err(other.unexpected()),
        }
    }
    let command = match (word.as_deref(), dest) {
        (Some("build"), dest) => Command::Build(dest),
        (Some("check"), None) => Command::Check,
        (Some("check"), Some(_)) => return Err("--dest belongs to build".into()),
        (Some("help"), _) => Command::Help,
        (Some(other), _) => return Err(format!("no command `{other}`; say build or check").into()),
        (None, _) => return Err("say build or check".into()),
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
        let dest = Command::Build(Some(PathBuf::from("out")));
        assert_eq!(parsed("build --dest out"), Ok(Arguments { command: dest, root: None }));
        let root = Some(PathBuf::from("r"));
        assert_eq!(parsed("check --root=r"), Ok(Arguments { command: Command::Check, root }));
        assert_eq!(parsed("--help").map(|arguments| arguments.command), Ok(Command::Help));
    }

    #[test]
    fn misuse_is_one_line() {
        for line in ["", "bild", "check --dest a", "build --dest", "build --open", "check check"] {
            assert!(parsed(line).is_err_and(|message| message.lines().count() == 1), "{line}");
        }
    }
}
