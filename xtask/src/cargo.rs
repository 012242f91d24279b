//! Calls of cargo, on the course's own profile.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::failure::{Context, Failure, Result};
use crate::groups::Groups;
use crate::lessons::Course;

/// `cargo WORDS` in the folder `root`.
pub fn command(root: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).args(words).stdin(Stdio::null());
    command
}

/// The result of a build: for each target its binary, or the compiler's errors.
#[derive(Default)]
pub struct Built {
    pub binaries: BTreeMap<String, PathBuf>,
    /// With colours, as the compiler prints them.
    pub errors: BTreeMap<String, String>,
    /// The same errors one by one, for a caller that chooses among them.
    pub diagnostics: Vec<Diagnostic>,
}

/// An error of the compiler with its place in the source.
pub struct Diagnostic {
    pub target: String,
    /// The files that the error points to.
    pub files: Vec<String>,
    pub rendered: String,
}

/// Builds by `cargo WORDS`, with `--profile course` unless the words have `--release`. With `--keep-going`, which `cargo test`
/// does not know, an error in one target does not stop the build of the others.
///
/// # Errors
///
/// When cargo fails for another reason than a target's code, in one line.
pub fn build(root: &Path, words: &[&str]) -> Result<Built> {
    build_by(root, words, |command| command.spawn().context(|| "cargo cannot be started".into()))
}

/// [`build`] as one of `groups`. If the groups are cancelled meanwhile, the build is ended and fails.
pub fn build_in(root: &Path, words: &[&str], groups: &Groups) -> Result<Built> {
    let mut id = None;
    let built = build_by(root, words, |command| {
        let child = groups.spawn(command)?;
        id = Some(child.id());
        Ok(child)
    });
    if let Some(id) = id {
        groups.forget(id);
    }
    if groups.is_cancelled() { Err(Failure::Stopped) } else { built }
}

/// Builds the program `name` by `cargo BUILD` and runs it with `words`, in this terminal.
///
/// # Errors
///
/// When the program does not compile or cannot be started; otherwise it does not return.
pub fn run_program(
    course: &Course,
    build: &[&str],
    name: &str,
    words: impl Iterator<Item = OsString>,
) -> Result<()> {
    let built = self::build(&course.root, build)?;
    if let Some(error) = built.errors.values().next() {
        return Err(Failure::Failed(format!("{name} does not compile:\n{error}")));
    }
    let binary = built.binaries.get(name).context(|| format!("cargo has built no {name}"))?;
    become_(Command::new(binary).args(words)).context(|| binary.display().to_string())
}

/// The program takes the runner's place: signals and the exit code are its own.
#[cfg(unix)]
fn become_(command: &mut Command) -> std::io::Result<()> {
    Err(std::os::unix::process::CommandExt::exec(command))
}

#[cfg(not(unix))]
fn become_(command: &mut Command) -> std::io::Result<()> {
    let status = command.status()?;
    std::process::exit(status.code().unwrap_or(1));
}

/// [`build`], with cargo started by `spawn`.
///
/// # Errors
///
/// When cargo fails for another reason than a target's code, in one line.
pub fn build_by(
    root: &Path,
    words: &[&str],
    spawn: impl FnOnce(&mut Command) -> Result<Child>,
) -> Result<Built> {
    let mut command = command(root, words);
    if !words.contains(&"--release") {
        command.args(["--profile", "course"]);
    }
    command.arg("--message-format=json-diagnostic-rendered-ansi");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = spawn(&mut command)?;
    // Read beside stdout: cargo must never wait for us to empty one of the two.
    let stderr = child.stderr.take().map(|mut stderr| {
        std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        })
    });
    let mut built = Built::default();
    let mut progress = Progress::new();
    for line in child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines()) {
        let Ok(message) = serde_json::from_str::<Value>(&line?) else { continue };
        let target = message["target"]["name"].as_str().unwrap_or_default();
        match message["reason"].as_str() {
            Some("compiler-artifact") => {
                if message["fresh"] == Value::Bool(false) {
                    progress.show(target);
                }
                if let Some(binary) = message["executable"].as_str() {
                    built.binaries.insert(target.to_owned(), binary.into());
                }
            }
            Some("compiler-message") if message["message"]["level"] == "error" => {
                let rendered = message["message"]["rendered"].as_str().unwrap_or_default();
                built.errors.entry(target.to_owned()).or_default().push_str(rendered);
                built.diagnostics.extend(Diagnostic::new(target, &message["message"]));
            }
            _ => {}
        }
    }
    progress.clear();
    let status = child.wait()?;
    let stderr = stderr.and_then(|thread| thread.join().ok()).unwrap_or_default();
    if !status.success() && built.errors.is_empty() {
        return Err(Failure::Failed(why(&stderr)));
    }
    Ok(built)
}

impl Diagnostic {
    /// `None` for an error without a place: "aborting due to 3 previous errors".
    fn new(target: &str, message: &Value) -> Option<Diagnostic> {
        let spans = message["spans"].as_array().filter(|spans| !spans.is_empty())?;
        let primary = spans.iter().filter(|span| span["is_primary"] == Value::Bool(true));
        Some(Diagnostic {
            target: target.to_owned(),
            files: primary.filter_map(|span| span["file_name"].as_str()).map(str::to_owned).collect(),
            rendered: message["rendered"].as_str().unwrap_or_default().to_owned(),
        })
    }
}

/// Cargo's message in one line: the error, its last cause, and, where it is known, what to do.
fn why(stderr: &str) -> String {
    let error = stderr.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or("cargo failed");
    let causes = stderr.lines().skip_while(|line| !line.starts_with("Caused by:"));
    let cause = causes.filter(|line| !line.starts_with("Caused by:") && !line.trim().is_empty()).last();
    let mut text = error.trim().to_owned();
    if let Some(cause) = cause {
        text.push_str(": ");
        text.push_str(cause.trim());
    }
    if text.contains("Read-only file system") || text.contains("Permission denied") {
        text.push_str("; set CARGO_TARGET_DIR to a folder that you may write to");
    }
    text
}

/// A single line on the terminal that says which crate was compiled last.
struct Progress {
    on: bool,
    count: usize,
}

impl Progress {
    fn new() -> Progress {
        Progress { on: std::io::stderr().is_terminal(), count: 0 }
    }

    fn show(&mut self, target: &str) {
        self.count += 1;
        if self.on {
            // A line that wraps on a narrow terminal could not be cleared.
            let text: String = format!("compiling: {} {target}", self.count).chars().take(38).collect();
            let _ = write!(std::io::stderr(), "\r{text}\x1b[K");
        }
    }

    fn clear(&self) {
        if self.on && self.count > 0 {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::why;

    #[test]
    fn cargos_failure_becomes_one_line() {
        let stderr = "   Compiling x\nerror: failed to open: target/x\n\nCaused by:\n  Read-only file system (os error 30)\n";
        assert_eq!(
            why(stderr),
            "failed to open: target/x: Read-only file system (os error 30); set CARGO_TARGET_DIR to a folder that you may write to"
        );
        assert_eq!(why(""), "cargo failed");
    }
}
