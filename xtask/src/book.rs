//! `cargo xtask book`: calls the package that builds and checks the book.

use std::path::Path;
use std::process::Command;

use crate::cargo;
use crate::failure::{Context, Failure, Result};
use crate::lessons::Course;
use terminal::Screen;

fn builder(course: &Course, words: &[&str]) -> Command {
    let mut command = cargo::command(&course.root, &["run", "-q", "--locked", "--manifest-path"]);
    command.arg(course.root.join("book/builder/Cargo.toml")).arg("--").args(words);
    command
}

/// Builds the book and says where it is.
pub fn build(course: &Course, open: bool, screen: &mut Screen) -> Result<()> {
    let target = course.root.join("book/builder/target");
    if !target.exists() && std::env::var_os("CARGO_TARGET_DIR").is_none() {
        screen.line("Building mdBook first; that takes a minute or two, once.")?;
    }
    let status = builder(course, &["build"]).status().context(|| "cargo cannot be started".into())?;
    if !status.success() {
        return Err(Failure::Failed("the book was not built".into()));
    }
    if open {
        open_in_browser(&course.root.join("book/build/index.html"))?;
    }
    Ok(())
}

/// All checks of the book, with their findings as they come.
pub fn check(course: &Course) -> Result<()> {
    let status = builder(course, &["check"]).status().context(|| "cargo cannot be started".into())?;
    if status.success() { Ok(()) } else { Err(Failure::Failed("the book has findings".into())) }
}

/// A picture of a terminal that shows this file, a program's output with colours.
pub fn svg(course: &Course, file: &Path) -> Result<String> {
    let output = builder(course, &["svg"]).arg(file).output().context(|| "cargo cannot be started".into())?;
    if !output.status.success() {
        return Err(Failure::Failed(String::from_utf8_lossy(&output.stderr).trim_end().to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn open_in_browser(page: &Path) -> Result<()> {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let opened = Command::new(opener).arg(page).status();
    // explorer exits 1 also when it did what it should.
    match opened {
        Ok(status) if status.success() || cfg!(windows) => Ok(()),
        _ => Err(Failure::Failed(format!("no browser opened; the page is {}", page.display()))),
    }
}
