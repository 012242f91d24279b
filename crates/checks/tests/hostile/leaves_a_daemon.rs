//! hostile: solved: leaves a child behind that has left the group

#[path = "../grading/e1_in_order/solution.rs"]
mod ours;

use std::process::Command;

pub use ours::Job;

pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    Command::new("setsid").args(["sleep", "1000"]).spawn().unwrap();
    ours::in_order(jobs)
}
