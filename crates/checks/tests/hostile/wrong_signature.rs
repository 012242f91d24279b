//! hostile: does-not-compile: the function takes something else

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(jobs: &[Job]) -> Vec<u64> {
    vec![0; jobs.len()]
}
