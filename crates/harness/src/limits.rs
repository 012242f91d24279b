//! Limits that the process of a test sets itself, before the learner's code begins.

use rustix::process::{Resource, Rlimit, setrlimit};

/// In bytes. An allocation beyond this fails and ends the process: a message is better than a machine that
/// swaps. Stacks of threads count too, 2 MiB each.
const MEMORY: u64 = 512 << 20;

/// Sets the limits that the system has. Each is a safety net: no verdict needs it.
pub fn set() {
    let limit = |resource, limit| {
        let _ = setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) });
    };
    limit(Resource::Core, 0);
    limit(Resource::Data, MEMORY);
    // A killed runner cannot end its tests.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}

/// Whether the process uses more than a quarter of [`MEMORY`], which no suite does. On a slow machine a test that
/// fills the memory runs into its time limit first, and would pass for a hang. Where there is no /proc, `false`.
pub fn is_filling_memory() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.strip_suffix("kB"));
    let kib: u64 = resident.and_then(|kib| kib.trim().parse().ok()).unwrap_or(0);
    kib * 1024 > MEMORY / 4
}
