//! `ungil-book` builds the course's book with mdBook, and checks what mdBook does not: that the code it shows
//! is compiled, that the outputs are recorded, that includes and links lead somewhere, and that every lesson
//! has its chapter.
//!
//! Read [`checks`] for the list of the checks; each is one file. Besides, it draws recorded output as a picture
//! of a terminal ([`terminal`]).

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
mod terminal;
#[cfg(test)]
mod testing;

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use cli::Command;
use repo::Repo;

/// The exit status for findings, and for errors.
const FAILED: u8 = 1;
/// The exit status for a command line that makes no sense.
const MISUSE: u8 = 2;

fn main() -> ExitCode {
    let arguments = match cli::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(error) => {
            complain(&format!("{error} (--help says more)"));
            return ExitCode::from(MISUSE);
        }
    };
    let root = arguments.root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let done = match arguments.command {
        Command::Help => print(cli::HELP).map(|()| true),
        Command::Build => build(&root),
        Command::Check => check(&root),
        Command::Svg(file) => svg(&file),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::from(FAILED)
        }
    }
}

/// Builds the book; false if mdBook logged errors.
fn build(root: &Path) -> Result<bool> {
    let repo = Repo::at(root)?;
    let folder = repo.book().join("build");
    let log = render::render(&repo, &folder)?;
    for entry in &log {
        complain(&entry.to_string());
    }
    if log.iter().any(|entry| entry.error) {
        return Ok(false);
    }
    print(&format!("{}\n", folder.join("index.html").display()))?;
    Ok(true)
}

/// Checks the book; false if there are findings.
fn check(root: &Path) -> Result<bool> {
    let report = checks::run(&Repo::at(root)?)?;
    for reason in &report.skipped {
        complain(&format!("skipped: {reason}"));
    }
    let lines: String = report.findings.iter().map(|finding| format!("{finding}\n")).collect();
    print(&format!("{lines}{report}\n"))?;
    Ok(report.findings.is_empty())
}

fn svg(file: &Path) -> Result<bool> {
    let ansi = fs::read_to_string(file).with_context(|| format!("{}: cannot read", file.display()))?;
    print(&terminal::svg(&ansi))?;
    Ok(true)
}

fn print(text: &str) -> Result<()> {
    io::stdout().write_all(text.as_bytes()).context("cannot write to the standard output")
}

/// Says one line on the standard error stream.
fn complain(line: &str) {
    // If this fails, there is no other place for the message.
    let _ = writeln!(io::stderr(), "ungil-book: {line}");
}
