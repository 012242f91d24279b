//! Processes that have left their group (`setsid`) and their parent: on Linux they become the runner's children,
//! and are ended with the suite that they come from.

#[cfg(target_os = "linux")]
use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, waitpid};

/// How often the children are ended: an orphan may have children of its own, which become orphans then.
#[cfg(target_os = "linux")]
const ROUNDS: usize = 100;

/// From now on, processes whose parents have ended are the runner's.
#[cfg(target_os = "linux")]
pub fn adopt() {
    // Elsewhere only the processes of the group can be ended.
    let _ = set_child_subreaper(Some(getpid()));
}

/// Ends all children. Only to be called when none of them is the runner's own.
#[cfg(target_os = "linux")]
pub fn end() {
    for _ in 0..ROUNDS {
        let children = children();
        if children.is_empty() {
            return;
        }
        for child in children {
            let _ = kill_process(child, Signal::KILL);
            let _ = waitpid(Some(child), WaitOptions::empty());
        }
    }
}

#[cfg(target_os = "linux")]
fn children() -> Vec<Pid> {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    let ids: Vec<String> =
        lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
    ids.iter().filter_map(|id| Pid::from_raw(id.parse().ok()?)).collect()
}

#[cfg(not(target_os = "linux"))]
pub fn adopt() {}

#[cfg(not(target_os = "linux"))]
pub fn end() {}
