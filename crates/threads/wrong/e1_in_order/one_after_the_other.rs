//! wrong: deadlock: waits for each thread before it starts the next

use interleave::thread;

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    jobs.into_iter().map(|job| thread::spawn(job)).map(|handle| handle.join().unwrap()).collect()
}
