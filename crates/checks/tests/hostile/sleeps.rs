//! hostile: hang: sleeps for ever, in a process that has left the group

use std::process::Command;

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    loop {
        Command::new("setsid").args(["sleep", "1000"]).status().unwrap();
    }
}
