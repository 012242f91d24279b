//! hostile: crash: ends its process as if all were well

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    std::process::exit(0)
}
