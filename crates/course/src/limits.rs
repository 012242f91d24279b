//! Limits that the process of a test sets itself, before the learner's code begins.

use rustix::process::{Resource, Rlimit, setrlimit};

/// An allocation beyond this fails and ends the process: a machine that swaps is worse than a message. Stacks of
/// threads count too, 2 MiB each.
const MEMORY: u64 = 1 << 30;

/// As far as the system has them: each limit is a net, none is needed for a right verdict.
pub fn set() {
    let limit = |resource, limit| {
        let _ = setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) });
    };
    limit(Resource::Core, 0);
    limit(Resource::Data, MEMORY);
    // If the runner is killed, nobody is left who would end us.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}
