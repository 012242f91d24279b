//! hostile: does-not-compile: a brace is missing

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    Vec::new()
