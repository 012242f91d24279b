//! What a command leaves behind: processes, whatever their group, session and parent are by now, and files in the folder for
//! temporary files.

use std::fs;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use xtask::failure::{Context, Failure, Result};

/// For what a command is to start: only a net.
const LIMIT: Duration = Duration::from_secs(60);

/// The leaks of one command. Its descendants, and no other processes, have its folder for temporary files in their
/// environment.
pub struct ProcessLeaks(TempDir);

pub struct Process {
    pub id: u32,
    /// As the system has it: at most 15 bytes.
    pub name: String,
}

impl ProcessLeaks {
    pub fn of(command: &mut Command) -> Result<ProcessLeaks> {
        let folder = tempfile::tempdir()?;
        command.env("TMPDIR", folder.path());
        Ok(ProcessLeaks(folder))
    }

    /// Those that run.
    pub fn processes(&self) -> Vec<Process> {
        let sign = format!("TMPDIR={}", self.0.path().display());
        let is_ours = |process: &Process| {
            let environment = fs::read(format!("/proc/{}/environ", process.id)).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == sign.as_bytes())
        };
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let all = entries.filter_map(|entry| {
            let name = fs::read_to_string(entry.path().join("comm")).ok()?;
            Some(Process { id: entry.file_name().to_str()?.parse().ok()?, name: name.trim().to_owned() })
        });
        all.filter(is_ours).collect()
    }

    /// Waits until `child` has started a process of this name.
    pub fn wait_for(&self, name: &str, child: &mut Child) -> Result<Process> {
        let begun = Instant::now();
        while begun.elapsed() < LIMIT && child.try_wait()?.is_none() {
            if let Some(process) = self.processes().into_iter().find(|process| process.name == name) {
                return Ok(process);
            }
            // The system has no event for the start of another process's child.
            thread::sleep(Duration::from_millis(5));
        }
        Err(Failure::Failed(format!("it has started no {name}")))
    }

    /// What is left when the command has ended, in words. Processes are ended then.
    pub fn left(&self) -> Result<Vec<String>> {
        let mut left = Vec::new();
        for process in self.processes() {
            left.push(format!("{} runs on", process.name));
            send(process.id, Signal::KILL)?;
        }
        for entry in fs::read_dir(self.0.path()).context(|| self.0.path().display().to_string())? {
            left.push(format!("{} is left", entry?.path().display()));
        }
        Ok(left)
    }
}

pub fn send(id: u32, signal: Signal) -> Result<()> {
    let pid = i32::try_from(id).ok().and_then(Pid::from_raw).context(|| format!("no process {id}"))?;
    kill_process(pid, signal).context(|| format!("a signal to {id}"))
}
