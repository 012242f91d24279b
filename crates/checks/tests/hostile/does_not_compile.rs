//! hostile: does-not-compile: a type that does not fit

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    jobs.map(|job| job()).collect()
}
