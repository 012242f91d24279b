//! Calls of cargo, on the course's own profile.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

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
    let spawn = |command: &mut Command| command.spawn().context(|| "cargo cannot be started".into());
    build_by(root, words, spawn, |_| ())
}

/// The limits of a build whose last target a learner has written.
pub struct Limits {
    /// The packages that the target depends on. The time begins when they are built.
    pub after: BTreeSet<String>,
    pub time: Duration,
    /// The memory of each process, in bytes.
    pub memory: u64,
}

/// How a build with limits has ended.
pub enum Limited {
    Built(Built),
    /// The compiler of the last target was ended at its limit.
    TimedOut,
    /// The compiler of the last target has ended without a message, as it does without memory.
    Crashed,
}

/// [`build`] as one of `groups`, with limits. If the groups are cancelled meanwhile, the build is ended and fails. The last
/// target is built again if `answer` is another word than at its last build.
pub fn build_in(
    groups: &Groups,
    root: &Path,
    words: &[&str],
    answer: &str,
    mut limits: Limits,
) -> Result<Limited> {
    let (armed, arm) = mpsc::channel::<()>();
    let mut armed = Some(armed);
    let mut watchdog = None;
    let time = limits.time;
    let spawn = |command: &mut Command| {
        let child = groups.spawn(command.env(harness::ANSWER, answer))?;
        let id = child.id();
        limit_memory(id, limits.memory);
        let groups = groups.clone();
        watchdog = Some(thread::spawn(move || {
            let late = arm.recv().is_ok() && arm.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
            if late {
                groups.end(id);
            }
            (id, late)
        }));
        Ok(child)
    };
    let built = build_by(root, words, spawn, |message| match message {
        Message::Artifact(package) => {
            let is_last = limits.after.remove(package) && limits.after.is_empty();
            if let Some(armed) = armed.as_ref().filter(|_| is_last) {
                // It fails only if the watchdog has panicked.
                let _ = armed.send(());
            }
        }
        // The watchdog ends, before the id of cargo may be reused.
        Message::End => drop(armed.take()),
    });
    // Also after an error: the watchdog ends.
    drop(armed);
    let (id, late) = match watchdog.map(JoinHandle::join) {
        Some(Ok(ended)) => ended,
        Some(Err(panic)) => std::panic::resume_unwind(panic),
        None => return built.map(Limited::Built),
    };
    groups.forget(id);
    match built {
        _ if groups.is_cancelled() => Err(Failure::Stopped),
        _ if late => Ok(Limited::TimedOut),
        Err(_) if limits.after.is_empty() => Ok(Limited::Crashed),
        built => built.map(Limited::Built),
    }
}

/// The compilers that a build will start inherit the limit.
#[cfg(target_os = "linux")]
fn limit_memory(id: u32, bytes: u64) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    if let Some(pid) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        let limit = Rlimit { current: Some(bytes), maximum: Some(bytes) };
        // It fails if cargo has ended already.
        let _ = prlimit(Some(pid), Resource::Data, limit);
    }
}

#[cfg(not(target_os = "linux"))]
fn limit_memory(_id: u32, _bytes: u64) {}

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

/// What cargo tells while it builds.
pub enum Message<'a> {
    /// A target of this package, other than its build script, is built or was built before.
    Artifact(&'a str),
    /// Nothing more will be built.
    End,
}

/// [`build`], with cargo started by `spawn`, and its messages told to `tell`.
///
/// # Errors
///
/// When cargo fails for another reason than a target's code, in one line.
pub fn build_by(
    root: &Path,
    words: &[&str],
    spawn: impl FnOnce(&mut Command) -> Result<Child>,
    mut tell: impl FnMut(Message<'_>),
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
    let mut progress = BuildLine::new();
    for line in child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines()) {
        let Ok(message) = serde_json::from_str::<Value>(&line?) else { continue };
        let target = message["target"]["name"].as_str().unwrap_or_default();
        match message["reason"].as_str() {
            Some("compiler-artifact") => {
                if message["fresh"] == Value::Bool(false) {
                    progress.show(target);
                }
                if message["target"]["kind"][0] != "custom-build" {
                    tell(Message::Artifact(package(message["package_id"].as_str().unwrap_or_default())));
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
    tell(Message::End);
    progress.clear();
    let status = child.wait()?;
    let stderr = stderr.and_then(|thread| thread.join().ok()).unwrap_or_default();
    if !status.success() && built.errors.is_empty() {
        return Err(Failure::Failed(why(&stderr)));
    }
    Ok(built)
}

/// The name of a package out of its id: `path+file:///course/crates/harness#ungil-harness@0.1.0`, and `…/crates/x#0.1.0` if
/// the folder has the package's name.
fn package(id: &str) -> &str {
    let (url, fragment) = id.split_once('#').unwrap_or((id, ""));
    match fragment.split_once('@') {
        Some((name, _)) => name,
        None => url.rsplit('/').next().unwrap_or_default(),
    }
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
struct BuildLine {
    on: bool,
    count: usize,
}

impl BuildLine {
    fn new() -> BuildLine {
        BuildLine { on: std::io::stderr().is_terminal(), count: 0 }
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
    use super::{package, why};

    #[test]
    fn a_package_is_named_by_its_id() {
        assert_eq!(package("path+file:///c/crates/harness#ungil-harness@0.1.0"), "ungil-harness");
        assert_eq!(package("path+file:///c/xtask#0.1.0"), "xtask");
        assert_eq!(package("registry+https://github.com/rust-lang/crates.io-index#loom@0.7.2"), "loom");
    }

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
