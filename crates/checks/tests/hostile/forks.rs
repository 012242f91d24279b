//! hostile: solved: leaves 200 children behind

#[path = "../grading/e1_in_order/solution.rs"]
mod ours;

use std::process::Command;

pub use ours::Job;

pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    if jobs.len() == 50 {
        for _ in 0..200 {
            Command::new("sleep").arg("1000").spawn().unwrap();
        }
    }
    ours::in_order(jobs)
}
