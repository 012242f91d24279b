//! hostile: crash: kills itself

use std::process::Command;

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    Command::new("sh").args(["-c", "kill -9 $PPID"]).status().unwrap();
    Vec::new()
}
