//! Runs a process: an example, whose lines are handed on as they come, or a command within limits of time and output.

use std::collections::VecDeque;
use std::fmt;
use std::io::{BufRead, BufReader, PipeReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::failure::{Context, Failure, Result};
use crate::groups::Groups;

/// The longest piece that is taken for one line: an example that never ends its line must not fill the memory.
const LINE: u64 = 64 * 1024;

/// A program that prints more will not stop by itself.
const MOST: usize = 32 << 20;

/// The bytes that [`output_in`] keeps of the beginning, and of the end.
const ENDS: usize = 4 * 1024;

/// How long a pipe is still read after the end of the child.
const REST: Duration = Duration::from_millis(500);

/// Runs `binary` and gives `each` its lines, of stdout and stderr as they come. It reads nothing from stdin.
///
/// If `each` fails, the process is killed.
pub fn lines(
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
    let result = read_lines(BufReader::new(reader), &mut each);
    if result.is_err() {
        // It fails if the process has ended by itself.
        let _ = child.kill();
    }
    let status = child.wait()?;
    result.map(|()| status.into())
}

fn read_lines(mut reader: impl BufRead, each: &mut impl FnMut(&str) -> Result<()>) -> Result<()> {
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

/// What a process has printed, and how it ended.
pub struct Output {
    pub stdout: String,
    /// Empty if both went into one pipe.
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

/// Runs a command to its end, at most for `limit`; then it is killed, with its group.
pub fn output(mut command: Command, limit: Duration) -> Result<Output> {
    let (out, stdout) = std::io::pipe()?;
    let (err, stderr) = std::io::pipe()?;
    command.stdin(Stdio::null()).stdout(stdout).stderr(stderr);
    let groups = Groups::default();
    let child = groups.spawn(&mut command)?;
    // It holds our ends of the pipes: without them the readers see the end when the child's are closed.
    drop(command);
    let running = Running::new(child);
    let (out, err) = (running.drain(out, MOST), running.drain(err, MOST));
    let exit = running.exit(limit, |id, killed| if killed { groups.end(id) } else { groups.forget(id) })?;
    Ok(Output { stdout: out.text(), stderr: err.text(), exit })
}

/// Runs a command as one of `groups` to its end, at most for `limit`; then its whole group is ended, also if the command
/// ended by itself. `begun` gets the id of the group. stdout has what was printed to both, and of much output the first
/// and the last 4 KiB.
pub fn output_in(
    groups: &Groups,
    mut command: Command,
    limit: Duration,
    begun: impl FnOnce(u32),
) -> Result<Output> {
    let (out, stdout) = std::io::pipe()?;
    command.stdin(Stdio::null()).stdout(stdout.try_clone()?).stderr(stdout);
    let child = groups.spawn(&mut command)?;
    drop(command);
    begun(child.id());
    let running = Running::new(child);
    let out = running.drain(out, ENDS);
    let exit = running.exit(limit, |id, _| groups.end(id))?;
    Ok(Output { stdout: out.text(), stderr: String::new(), exit })
}

/// A child that runs, and what ends the wait for it.
struct Running {
    child: Child,
    sender: Sender<Ending>,
    events: Receiver<Ending>,
}

enum Ending {
    Ended,
    TooMuchOutput,
}

impl Running {
    fn new(child: Child) -> Running {
        let (sender, events) = mpsc::channel();
        Running { child, sender, events }
    }

    /// Reads a pipe of the child to its end, in a thread. Keeps the first `room` bytes, and the last [`ENDS`].
    fn drain(&self, mut pipe: PipeReader, room: usize) -> Drained {
        let (end, at_end) = mpsc::channel();
        let drained = Drained { kept: Arc::default(), at_end };
        let (kept, sender) = (Arc::clone(&drained.kept), self.sender.clone());
        thread::spawn(move || {
            let mut buffer = [0; 64 * 1024];
            while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                let too_much =
                    kept.lock().unwrap_or_else(PoisonError::into_inner).push(&buffer[..count], room);
                if too_much {
                    // No thread may listen any more.
                    let _ = sender.send(Ending::TooMuchOutput);
                }
            }
            drop(end);
        });
        drained
    }

    /// Waits for the end, at most for `limit`. `end` gets the id of the child, which was not waited for yet, and whether
    /// the child is to be killed.
    fn exit(self, limit: Duration, end: impl FnOnce(u32, bool)) -> Result<Exit> {
        let Running { mut child, sender, events } = self;
        let id = child.id();
        let waiter = thread::spawn(move || {
            wait_without_reaping(&mut child);
            let _ = sender.send(Ending::Ended);
            child
        });
        let killed = match events.recv_timeout(limit) {
            Ok(Ending::Ended) => None,
            Ok(Ending::TooMuchOutput) => Some(Exit::TooMuchOutput),
            Err(_) => Some(Exit::TimedOut(limit)),
        };
        end(id, killed.is_some());
        let status = match waiter.join() {
            Ok(mut child) => child.wait()?,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        Ok(killed.unwrap_or(status.into()))
    }
}

/// What comes out of a pipe.
struct Drained {
    kept: Arc<Mutex<Kept>>,
    /// Disconnected at the pipe's end.
    at_end: Receiver<()>,
}

#[derive(Default)]
struct Kept {
    first: Vec<u8>,
    last: VecDeque<u8>,
    total: usize,
}

impl Drained {
    /// After the child's end. A process that has left the group may still hold the pipe: its output is not waited for.
    fn text(self) -> String {
        let _ = self.at_end.recv_timeout(REST);
        let kept = std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        let mut bytes = kept.first;
        if kept.total > bytes.len() + kept.last.len() {
            bytes.extend_from_slice(b"\n[...]\n");
        }
        bytes.extend(kept.last);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Kept {
    /// Whether it has just become too much.
    fn push(&mut self, piece: &[u8], room: usize) -> bool {
        let (first, last) = piece.split_at(piece.len().min(room - self.first.len()));
        self.first.extend_from_slice(first);
        self.last.extend(&last[last.len().saturating_sub(ENDS)..]);
        self.last.drain(..self.last.len().saturating_sub(ENDS));
        let before = self.total;
        self.total += piece.len();
        before <= MOST && self.total > MOST
    }
}

/// Waits for the end of the child but does not reap it: its id stays valid until its group was ended.
#[cfg(unix)]
fn wait_without_reaping(child: &mut Child) {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // It fails if a signal interrupts it; then the runner is about to end.
        let _ = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
    }
}

#[cfg(not(unix))]
fn wait_without_reaping(child: &mut Child) {
    // The caller waits again, and sees the error.
    let _ = child.wait();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(10);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn in_group(script: &str, limit: Duration) -> Output {
        output_in(&Groups::default(), shell(script), limit, |_| ()).unwrap()
    }

    #[test]
    fn output_of_a_process_that_ends() {
        let output = output(shell("echo out; echo err >&2; exit 3"), LONG).unwrap();
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("out\n", "err\n"));
        assert_eq!(output.exit, Exit::Code(3));
        assert_eq!(in_group("echo out; echo err >&2", LONG).stdout, "out\nerr\n");
        assert_eq!(in_group("kill -9 $$", LONG).exit, Exit::Signal(9));
    }

    #[test]
    fn a_process_that_hangs_is_killed_with_its_children() {
        let output = output(shell("sleep 1000 & sleep 1000"), SHORT).unwrap();
        assert_eq!(output.exit, Exit::TimedOut(SHORT));
        assert_eq!(in_group("sleep 1000", SHORT).exit, Exit::TimedOut(SHORT));
    }

    #[test]
    fn output_has_a_limit() {
        let ended = in_group("yes", LONG);
        assert_eq!(ended.exit, Exit::TooMuchOutput);
        assert!(ended.stdout.len() < 3 * ENDS && ended.stdout.contains("[...]"));
        assert_eq!(output(shell("yes"), LONG).unwrap().exit, Exit::TooMuchOutput);
    }

    #[test]
    fn children_of_a_group_are_not_left_behind_nor_waited_for() {
        let ended = in_group("sleep 1000 & echo $!", LONG);
        assert_eq!(ended.exit, Exit::Success);
        let id: u32 = ended.stdout.trim().parse().unwrap();
        // The system kills it soon; its new parent may be slow to wait for it.
        let runs = || {
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat"));
            stat.is_ok_and(|stat| !stat.contains(") Z "))
        };
        let begun = std::time::Instant::now();
        while runs() {
            assert!(begun.elapsed() < Duration::from_secs(5), "the child is left behind");
            thread::yield_now();
        }
    }
}
