//! `ungil-book` builds the course's book with mdBook, and checks what mdBook does not: that the code it shows
//! is compiled, that the outputs are recorded, that includes and links lead somewhere, and that every lesson
//! has its chapter.
//!
//! Read [`checks`] for the list of the checks; each is one file.

mod checks;
mod cli;
mod directive;
mod fence;
mod files;
mod finding;
mod git;
mod html;
mod log;
mod page;
mod part;
mod render;
mod repo;
mod rustlike;
mod site;
#[cfg(test)]
mod testing;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use cli::Command;
use repo::Repo;

/// The exit status for findings, and for a book that does not build.
const FAILED: u8 = 1;
/// The exit status for a command line that makes no sense.
const MISUSE: u8 = 2;

fn main() -> ExitCode {
    let arguments = match cli::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(error) => return complain(&format!("{error} (--help says more)"), MISUSE),
    };
    let root = arguments.root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let done = match arguments.command {
        Command::Help => print(cli::HELP).map(|()| ExitCode::SUCCESS),
        Command::Build(dest) => build(&root, dest),
        Command::Check => check(&root),
    };
    done.unwrap_or_else(|error| complain(&format!("{error:#}"), FAILED))
}

fn build(root: &Path, dest: Option<PathBuf>) -> Result<ExitCode> {
    let repo = Repo::at(root)?;
    let dest = match dest {
        Some(dest) => std::path::absolute(&dest).with_context(|| format!("--dest {}", dest.display()))?,
        None => repo.book().join("build"),
    };
    if let Err(error) = render::accept(&repo, &dest) {
        return Ok(complain(&format!("{error:#}"), MISUSE));
    }
    let log = render::render(&repo, &dest)?;
    for entry in &log {
        complain(&entry.to_string(), FAILED);
    }
    if log.iter().any(|entry| entry.error) {
        return Ok(ExitCode::from(FAILED));
    }
    print(&format!("{}\n", dest.join("index.html").display()))?;
    Ok(ExitCode::SUCCESS)
}

fn check(root: &Path) -> Result<ExitCode> {
    let report = checks::run(&Repo::at(root)?)?;
    for reason in &report.skipped {
        complain(&format!("skipped: {reason}"), FAILED);
    }
    let lines: String = report.findings.iter().map(|finding| format!("{finding}\n")).collect();
    print(&format!("{lines}{report}\n"))?;
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

fn print(text: &str) -> Result<()> {
    io::stdout().write_all(text.as_bytes()).context("cannot write to the standard output")
}

/// Says one line on the standard error stream and gives the exit status that goes with it.
fn complain(line: &str, status: u8) -> ExitCode {
    // Nobody is left to tell if this fails.
    let _ = writeln!(io::stderr(), "ungil-book: {line}");
    ExitCode::from(status)
}
