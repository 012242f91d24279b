//! Processes, each in a group of its own, so that it can be ended with all that it has started.

use std::collections::BTreeSet;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::failure::{Context, Failure, Result};
use terminal::signals::on_signals;

/// The process groups of one check. A clone stands for the same groups.
#[derive(Clone, Default)]
pub struct Groups(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    cancelled: bool,
    /// The ids of their leaders.
    running: BTreeSet<u32>,
}

impl Groups {
    /// Starts a process as the leader of a group.
    ///
    /// # Errors
    ///
    /// If the process cannot be started, or [`Groups::cancel`] was called.
    pub fn spawn(&self, command: &mut Command) -> Result<Child> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        // Locked during the start: `cancel` either finds the process or prevents it.
        let mut state = self.lock();
        if state.cancelled {
            return Err(Failure::Stopped);
        }
        let child = command.spawn().context(|| command.get_program().display().to_string())?;
        state.running.insert(child.id());
        Ok(child)
    }

    /// Ends the processes left in the group of `child`. The child may have ended but must not have been waited for: until
    /// then the system does not reuse its id.
    pub fn end(&self, child: u32) {
        let mut state = self.lock();
        if state.running.remove(&child) {
            kill_group(child);
        }
    }

    /// Forgets `child`, which has ended and was waited for.
    pub fn forget(&self, child: u32) {
        self.lock().running.remove(&child);
    }

    /// Ends all groups; no new one can begin.
    pub fn cancel(&self) {
        let mut state = self.lock();
        state.cancelled = true;
        for id in std::mem::take(&mut state.running) {
            kill_group(id);
        }
    }

    pub fn is_cancelled(&self) -> bool {
        self.lock().cancelled
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cancels the groups on Ctrl-C and other requests to end: the terminal signals only its own group. The check then fails
/// as stopped and cleans up. A second Ctrl-C ends the runner at once.
pub fn cancel_on_signals(groups: &Groups) -> Result<()> {
    let groups = groups.clone();
    let listening = on_signals(move || {
        if groups.is_cancelled() {
            std::process::exit(Failure::Stopped.code().into());
        }
        groups.cancel();
    });
    Ok(listening?)
}

#[cfg(unix)]
fn kill_group(id: u32) {
    let group = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        // It fails if the group has ended meanwhile.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

#[cfg(windows)]
fn kill_group(id: u32) {
    let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &id.to_string()]).output();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn cancel_ends_what_runs_and_prevents_what_comes() {
        let groups = Groups::default();
        let mut command = Command::new("sleep");
        command.arg("1000");
        let mut child = groups.spawn(&mut command).unwrap();
        groups.cancel();
        assert!(!child.wait().unwrap().success());
        assert!(groups.spawn(&mut command).is_err());
    }
}
