//! The commands and their words.

use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::exercise::{check, hint, reset, solution, watch};
use crate::failure::{Failure, Result};
use crate::lessons::Course;
use crate::{bench, book, checks, compare, gil, lesson, overview, play};
use terminal::Screen;

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn command() -> Command {
    let lesson =
        || Arg::new("lesson").value_name("LESSON").help("its number or name: 1, threads, asyncio, joblib");
    let exercise =
        || Arg::new("exercise").value_name("EXERCISE").help("lesson and exercise: 1/2, threads/in_order");
    Command::new("cargo xtask")
        .bin_name("cargo xtask")
        .about("Python's concurrency lecture in Rust: read a lesson, run it, look at it from all sides")
        .disable_help_subcommand(true)
        .subcommand(Command::new("lessons").about("The map: eight lessons, and how far each is"))
        .subcommand(
            Command::new("lesson")
                .about("Run a lesson: each idea, the code that matters, what it prints")
                .arg(lesson().required(true))
                .arg(Arg::new("example").value_name("EXAMPLE").help("only this one: its number or name")),
        )
        .subcommand(
            Command::new("check")
                .about("Judge your answers: one exercise, those of a lesson, or all")
                .arg(exercise())
                .arg(flag("json", "for tools: a line of JSON an exercise")),
        )
        .subcommand(Command::new("watch").about("Judge an answer whenever you save it").arg(exercise()))
        .subcommand(
            Command::new("hint")
                .about("A hint: the first, one by its number, or the one for a verdict")
                .arg(exercise().required(true))
                .arg(Arg::new("hint").value_name("HINT").help("2, or a verdict: lost-wakeup")),
        )
        .subcommand(
            Command::new("solution")
                .about("Ours, why it is so, and how yours differs")
                .arg(exercise().required(true))
                .arg(
                    Arg::new("wrong")
                        .long("wrong")
                        .value_name("NAME")
                        .num_args(0..=1)
                        .default_missing_value("")
                        .help("instead a wrong answer, for teachers; without a name, which there are"),
                ),
        )
        .subcommand(
            Command::new("reset")
                .about("Your file as it was at first; yours is kept beside it")
                .arg(exercise().required(true)),
        )
        .subcommand(
            Command::new("play")
                .about("Be the scheduler: step real code into its race; without a word, the puzzles")
                .arg(Arg::new("puzzle").value_name("PUZZLE").help("its name: lost_progress"))
                .arg(flag("tree", "all its schedules as JSON").requires("puzzle")),
        )
        .subcommand(
            Command::new("compare")
                .about("The lecture's figures, CPython's here and ours; of the GIL, what it predicts of each CPython")
                .arg(lesson().required(true))
                .arg(flag("record", "record the tables for the book")),
        )
        .subcommand(
            Command::new("gil")
                .about("Run a program in lesson 5's Python, under the old GIL, the new one or none")
                .disable_help_flag(true)
                .arg(
                    Arg::new("words")
                        .value_name("PROGRAM [OPTIONS]")
                        .help("a file of yours and how to run it; --help shows the options")
                        .num_args(0..)
                        .trailing_var_arg(true)
                        .allow_hyphen_values(true)
                        .value_parser(clap::value_parser!(OsString)),
                ),
        )
        .subcommand(
            Command::new("bench")
                .about("Ours beside the peers, in one process")
                .arg(lesson().required(true))
                .arg(Arg::new("json").long("json").value_name("FILE").help("also write all rows to FILE"))
                .arg(flag("record", "record the rows and the book's table").conflicts_with("json")),
        )
        .subcommand(
            Command::new("book").about("Build the book").arg(flag("open", "and open it in the browser")),
        )
        .subcommand(test_command())
        .subcommand(ci_command())
}

/// The words of `cargo xtask test`.
pub fn test_command() -> Command {
    Command::new("test")
        .about("Everything that must hold: tests, recorded outputs, mutations, book")
        .arg(Arg::new("step").value_name("STEP").help("only those with this word in their names: exercises"))
        .arg(flag("quick", "only the tests of the workspace and the outputs").conflicts_with("bless"))
        .arg(flag("bless", "only record outputs, games and other recordings anew"))
}

/// `cargo xtask ci`, which has no words.
pub fn ci_command() -> Command {
    Command::new("ci").about("Formatting, lints, documentation, and then `test`")
}

/// The words by `command`; `None` if they asked for help, which is printed.
pub fn parse(command: Command, words: &[OsString]) -> Result<Option<ArgMatches>> {
    match command.try_get_matches_from(words) {
        Ok(matches) => Ok(Some(matches)),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            error.print()?;
            Ok(None)
        }
        Err(error) => Err(Failure::Misuse(one_line(&error))),
    }
}

/// Parses the words and does what they say.
pub fn run(words: impl Iterator<Item = OsString>) -> Result<()> {
    let words: Vec<OsString> = words.collect();
    let Some(matches) = parse(command(), &words)? else { return Ok(()) };
    let course = Course::read()?;
    let mut screen = Screen::stdout();
    match matches.subcommand() {
        None => overview::where_you_are(&course, &mut screen),
        Some(("lessons", _)) => overview::map(&course, &mut screen),
        Some(("lesson", args)) => {
            let example = args.get_one::<String>("example").map(String::as_str);
            lesson::run(&course, course.find(word(args))?, example, &mut screen)
        }
        Some(("check", args)) => check::run(&course, exercise(args), args.get_flag("json"), &mut screen),
        Some(("watch", args)) => watch::run(&course, exercise(args), &mut screen),
        Some(("hint", args)) => {
            let which = args.get_one::<String>("hint").map(String::as_str);
            hint::run(&course, exercise(args).unwrap_or_default(), which, &mut screen)
        }
        Some(("solution", args)) => {
            let word = exercise(args).unwrap_or_default();
            match args.get_one::<String>("wrong") {
                Some(name) => solution::run_wrong(&course, word, name, &mut screen),
                None => solution::run(&course, word, &mut screen),
            }
        }
        Some(("reset", args)) => reset::run(&course, exercise(args).unwrap_or_default(), &mut screen),
        Some(("play", args)) => {
            play::run(&course, args.get_one::<String>("puzzle").map(String::as_str), args.get_flag("tree"))
        }
        Some(("compare", args)) => {
            compare::run(&course, course.find(word(args))?, args.get_flag("record"), &mut screen)
        }
        Some(("gil", args)) => {
            gil::run(&course, args.get_many::<OsString>("words").unwrap_or_default().cloned())
        }
        Some(("bench", args)) if args.get_flag("record") => bench::record(&course, course.find(word(args))?),
        Some(("bench", args)) => {
            let json = args.get_one::<String>("json").map(Path::new);
            bench::run(&course, course.find(word(args))?, json)
        }
        Some(("book", args)) => book::build(&course, args.get_flag("open"), &mut screen),
        Some(("test" | "ci", _)) => checks::run(&course, words.into_iter().skip(1)),
        Some((other, _)) => Err(Failure::Misuse(format!("no command {other:?}"))),
    }
}

fn exercise(args: &ArgMatches) -> Option<&str> {
    args.get_one::<String>("exercise").map(String::as_str)
}

fn word(args: &ArgMatches) -> &str {
    args.get_one::<String>("lesson").map_or("", String::as_str)
}

/// clap's error without its further paragraphs: what is wrong, the nearest word, and where to read more.
fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    let what = first.strip_prefix("error: ").unwrap_or(first).trim_end_matches(':');
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(one)) => vec![one.as_str()],
        Some(ContextValue::Strings(all)) => all.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let near: Vec<&str> =
        [context(ContextKind::SuggestedSubcommand), context(ContextKind::SuggestedArg)].concat();
    // The usage has the command: `cargo xtask lesson <LESSON>`.
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: ")).unwrap_or_default();
    let words = usage.split(' ').take_while(|word| !word.starts_with(['<', '[', '-'])).collect::<Vec<_>>();
    let help = format!("`{} --help` shows the words", words.join(" "));
    match error.kind() {
        ErrorKind::MissingRequiredArgument => {
            let missing = context(ContextKind::InvalidArg).join(" ");
            format!("{missing} is missing; {help}")
        }
        // The nearest comes last.
        _ => match near.last() {
            Some(near) => format!("{what}; did you mean '{near}'?"),
            None => format!("{what}; {help}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn misuse(words: &[&str]) -> String {
        let error = command().try_get_matches_from(words).expect_err("misuse");
        one_line(&error)
    }

    #[test]
    fn every_misuse_is_one_line_that_says_what_to_do() {
        assert_eq!(misuse(&["", "leson"]), "unrecognized subcommand 'leson'; did you mean 'lesson'?");
        assert_eq!(
            misuse(&["", "lesson"]),
            "<LESSON> is missing; `cargo xtask lesson --help` shows the words"
        );
        assert_eq!(
            misuse(&["", "test", "--quik"]),
            "unexpected argument '--quik' found; did you mean '--quick'?"
        );
        for words in [&["", "lessons", "1"][..], &["", "lesson", "1", "2", "3"], &["", "book", "--pdf"]] {
            let line = misuse(words);
            assert!(!line.contains('\n') && line.contains("--help"), "{line}");
        }
    }

    #[test]
    fn the_command_is_well_formed() {
        command().debug_assert();
    }
}
