//! Where threads run. On a virtual machine it decides more than the code does: waking a thread on an idle CPU
//! costs ten times as much as on the same one, and left alone the kernel does now this, now that.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where the threads of a bench run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Placement {
    /// The kernel decides.
    Free,
    /// Thread i is pinned to CPU i modulo the number of CPUs.
    Apart,
    /// All are pinned to CPU 0.
    OneCore,
}

impl Placement {
    /// All three.
    pub const ALL: &'static [Placement] = &[Placement::Free, Placement::Apart, Placement::OneCore];

    /// Whether this platform can do it: pinning is known on Linux only.
    pub fn is_known(self) -> bool {
        cfg!(target_os = "linux") || self == Placement::Free
    }

    /// Pins the calling thread as the `i`th; it inherits its creator's CPUs otherwise.
    pub fn pin(self, i: usize) {
        // Asked before the first thread is pinned, whichever placement that is.
        let cpus = cpus();
        match self {
            Placement::Free => {}
            Placement::Apart => pin_to(&[i % cpus]),
            Placement::OneCore => pin_to(&[0]),
        }
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Placement::Free => "free",
            Placement::Apart => "apart",
            Placement::OneCore => "one core",
        })
    }
}

/// The number of CPUs, asked once: afterwards the answer would be that of a pinned thread.
fn cpus() -> usize {
    static CPUS: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    *CPUS.get_or_init(|| std::thread::available_parallelism().map_or(1, Into::into))
}

#[cfg(target_os = "linux")]
fn pin_to(cpus: &[usize]) {
    let mut set = rustix::thread::CpuSet::new();
    cpus.iter().for_each(|&cpu| set.set(cpu));
    // Refused in a container with other CPUs: then the row says "apart" of threads that are not. Better to
    // stop.
    rustix::thread::sched_setaffinity(None, &set).expect("CPUs 0 to n-1 are ours to pin to");
}

#[cfg(not(target_os = "linux"))]
fn pin_to(_cpus: &[usize]) {}
