//! Processes, each in a group of its own, so that it can be ended with all that it has started.

use std::collections::BTreeSet;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::failure::{Context, Failure, Result};
use terminal::signals::on_signals;

/// All groups of one check; a clone means the same ones.
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
    /// Also after [`Groups::cancel`].
    pub fn spawn(&self, command: &mut Command) -> Result<Child> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        // Locked over the start: a caller of `cancel` finds the process or prevents it.
        let mut state = self.lock();
        if state.cancelled {
            return Err(Failure::Stopped);
        }
        let child = command.spawn().context(|| command.get_program().display().to_string())?;
        state.running.insert(child.id());
        Ok(child)
    }

    /// Ends what is left of the group of `child`, which may have ended before but must not have been waited for:
    /// until then the system gives its id to nobody else.
    pub fn end(&self, child: u32) {
        let mut state = self.lock();
        if state.running.remove(&child) {
            kill_group(child);
        }
    }

    /// `child` has ended and was waited for.
    pub fn forget(&self, child: u32) {
        self.lock().running.remove(&child);
    }

    /// Ends all groups, and lets none begin any more.
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

/// Ctrl-C and its like end all groups: they are not the terminal's, and would stay behind. The check then
/// fails as stopped, and what it has begun is cleared away; an impatient user presses Ctrl-C again.
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
        // It may have ended meanwhile.
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
