//! One process of a test, within its limits.

use std::collections::VecDeque;
use std::io::{PipeReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::groups::Groups;
use crate::failure::Result;
use crate::process::Exit;

/// The bytes that are kept of the beginning, and of the end.
const KEPT: usize = 4 * 1024;

/// A program that prints more than that will not stop by itself.
const MOST: usize = 32 << 20;

/// For what is still in the pipe after the end.
const REST: Duration = Duration::from_millis(500);

pub struct Ended {
    pub exit: Exit,
    /// What it printed: beginning and end if it was long.
    pub output: String,
}

enum News {
    Ended,
    TooMuch,
}

/// Runs `command` to its end, at most for `limit`; then its whole group is ended, also when it ended by itself.
/// `begun` gets the id of the group.
pub fn run(mut command: Command, limit: Duration, groups: &Groups, begun: impl FnOnce(u32)) -> Result<Ended> {
    let (reader, writer) = std::io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = groups.spawn(&mut command)?;
    // It holds our ends of the pipe.
    drop(command);
    let id = child.id();
    begun(id);
    let (news, inbox) = mpsc::channel();
    let (kept, output) = mpsc::channel();
    thread::spawn({
        let news = news.clone();
        // Nobody may listen any more.
        move || drop(kept.send(drain(reader, || drop(news.send(News::TooMuch)))))
    });
    let waiter = thread::spawn(move || {
        wait_without_reaping(&mut child);
        // Nobody may listen any more.
        drop(news.send(News::Ended));
        child
    });
    let killed = match inbox.recv_timeout(limit) {
        Ok(News::Ended) => None,
        Ok(News::TooMuch) => Some(Exit::TooMuchOutput),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Some(Exit::TimedOut(limit)),
    };
    // What it has left behind, or it itself.
    groups.end(id);
    let status = match waiter.join() {
        Ok(mut child) => child.wait()?,
        Err(panic) => std::panic::resume_unwind(panic),
    };
    // A process that has left the group may still hold the pipe: its output is not waited for.
    let output = output.recv_timeout(REST).unwrap_or_default();
    let exit = killed.unwrap_or(status.into());
    Ok(Ended { exit, output: String::from_utf8_lossy(&output).into_owned() })
}

/// Waits for the end, but leaves the process's id to it: its group is still to be ended.
#[cfg(unix)]
fn wait_without_reaping(child: &mut Child) {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // Interrupted by a signal: then the runner is about to end.
        let _ = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
    }
}

#[cfg(not(unix))]
fn wait_without_reaping(child: &mut Child) {
    // A failure shows again when its status is asked for.
    let _ = child.wait();
}

/// Reads to the end; keeps the first and the last of it; says once if it is too much, and reads on.
fn drain(mut reader: PipeReader, too_much: impl Fn()) -> Vec<u8> {
    let mut first = Vec::new();
    let mut last: VecDeque<u8> = VecDeque::new();
    let mut total = 0;
    let mut buffer = [0; 64 * 1024];
    while let Ok(count @ 1..) = reader.read(&mut buffer) {
        let piece = buffer.get(..count).unwrap_or_default();
        let (to_first, to_last) = piece.split_at(count.min(KEPT - first.len()));
        first.extend_from_slice(to_first);
        last.extend(to_last.iter().skip(to_last.len().saturating_sub(KEPT)));
        last.drain(..last.len().saturating_sub(KEPT));
        if total <= MOST && total + count > MOST {
            too_much();
        }
        total += count;
    }
    if total > first.len() + last.len() {
        first.extend_from_slice(b"\n[...]\n");
    }
    first.extend(last);
    first
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, limit: Duration) -> Ended {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(command, limit, &Groups::default(), |_| ()).unwrap()
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn an_end_is_well_or_bad() {
        let ended = shell("echo out; echo err >&2", LONG);
        assert_eq!((ended.exit, ended.output.as_str()), (Exit::Success, "out\nerr\n"));
        assert_eq!(shell("exit 3", LONG).exit, Exit::Code(3));
        assert_eq!(shell("kill -9 $$", LONG).exit, Exit::Signal(9));
    }

    #[test]
    fn time_and_output_have_limits() {
        let short = Duration::from_millis(10);
        assert_eq!(shell("sleep 1000", short).exit, Exit::TimedOut(short));
        let ended = shell("yes", LONG);
        assert_eq!(ended.exit, Exit::TooMuchOutput);
        assert!(ended.output.len() < 3 * KEPT && ended.output.contains("[...]"));
    }

    #[test]
    fn children_are_not_left_behind_nor_waited_for() {
        let ended = shell("sleep 1000 & echo $!", LONG);
        assert_eq!(ended.exit, Exit::Success);
        // All of it came, so nobody holds the pipe any more.
        assert!(ended.output.trim().parse::<u32>().is_ok());
    }
}
