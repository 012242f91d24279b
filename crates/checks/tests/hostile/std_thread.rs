//! hostile: cannot-judge: uses what the checker cannot look into

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    let jobs = jobs.into_iter().map(std::thread::spawn).collect::<Vec<_>>();
    jobs.into_iter().map(|job| job.join().unwrap()).collect()
}
