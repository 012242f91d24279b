//! hostile: does-not-compile: the function has another name

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn inorder(jobs: Vec<Job>) -> Vec<u32> {
    jobs.into_iter().map(|job| job()).collect()
}
