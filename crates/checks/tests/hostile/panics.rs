//! hostile: panic: an index out of bounds

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    let none: Vec<u32> = Vec::new();
    vec![none[jobs.len()]]
}
