//! Runs a process: an example, whose lines are handed on as they come, or a command, within a time-out.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::failure::{Context, Failure, Result};

/// The longest piece that is taken for one line: an example that never ends its line must not fill the
/// memory.
const LINE: u64 = 64 * 1024;

/// Runs `binary` and gives `each` its lines, of stdout and stderr as they come. It reads nothing from stdin.
///
/// If `each` fails, the process is killed.
pub fn run(
    binary: &Path,
    prepare: impl FnOnce(&mut Command),
    mut each: impl FnMut(&str) -> Result<()>,
) -> Result<Exit> {
    let (reader, writer) = std::io::pipe()?;
    let mut command = Command::new(binary);
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    prepare(&mut command);
    let mut child = command.spawn().context(|| binary.display().to_string())?;
    // It holds our ends of the pipe: without them the reader sees the end when the child's are closed.
    drop(command);
    let result = lines(BufReader::new(reader), &mut each);
    if result.is_err() {
        // It may have ended by itself.
        let _ = child.kill();
    }
    let status = child.wait()?;
    result.map(|()| status.into())
}

fn lines(mut reader: impl BufRead, each: &mut impl FnMut(&str) -> Result<()>) -> Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.by_ref().take(LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line);
        each(text.trim_end_matches(['\n', '\r']))?;
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Success,
    /// An exit code other than 0.
    Code(i32),
    Signal(i32),
    /// It was killed at the end of its time.
    TimedOut(Duration),
    /// It was killed because it printed too much.
    TooMuchOutput,
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Exit {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Exit::Signal(signal);
        }
        match status.code() {
            Some(0) => Exit::Success,
            code => Exit::Code(code.unwrap_or(1)),
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Success => f.write_str("ended with exit code 0"),
            Exit::Code(code) => write!(f, "ended with exit code {code}"),
            Exit::Signal(signal) => write!(f, "ended by signal {signal}"),
            Exit::TimedOut(limit) => write!(f, "was killed after {} s", limit.as_secs()),
            Exit::TooMuchOutput => f.write_str("was killed because it printed too much"),
        }
    }
}

/// What a process that was not watched has printed.
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    pub exit: Exit,
}

impl Output {
    /// What it printed to stdout.
    ///
    /// # Errors
    ///
    /// If it did not succeed: how it ended, and what it printed to stderr.
    pub fn success(self) -> Result<String> {
        match self.exit {
            Exit::Success => Ok(self.stdout),
            exit => Err(Failure::Failed(format!("{exit}: {}", self.stderr.trim_end()))),
        }
    }
}

/// Runs a command to its end, at most for `limit`; then it is killed, with all that it has started.
pub fn output(mut command: Command, limit: Duration) -> Result<Output> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own: so its children can be killed with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let child = command.spawn().context(|| format!("{}", command.get_program().display()))?;
    let id = child.id();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    let (ended, in_time) = match receiver.recv_timeout(limit) {
        Ok(ended) => (ended, true),
        Err(_) => {
            kill_group(id);
            (receiver.recv().context(|| "a process that was killed".into())?, false)
        }
    };
    let ended = ended?;
    Ok(Output {
        stdout: String::from_utf8_lossy(&ended.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&ended.stderr).into_owned(),
        exit: if in_time { ended.status.into() } else { Exit::TimedOut(limit) },
    })
}

#[cfg(unix)]
pub fn kill_group(id: u32) {
    let group = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        // It may have ended meanwhile.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

#[cfg(windows)]
pub fn kill_group(id: u32) {
    let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &id.to_string()]).output();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_of_a_process_that_ends() {
        let output = output(shell("echo out; echo err >&2; exit 3"), Duration::from_secs(60)).unwrap();
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("out\n", "err\n"));
        assert_eq!(output.exit, Exit::Code(3));
    }

    #[test]
    fn a_process_that_hangs_is_killed_with_its_children() {
        let output = output(shell("sleep 1000 & sleep 1000"), Duration::from_millis(10)).unwrap();
        assert_eq!(output.exit, Exit::TimedOut(Duration::from_millis(10)));
    }
}
