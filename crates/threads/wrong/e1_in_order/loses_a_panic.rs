//! wrong: wrong-value: a job that panics is left out without a word

use interleave::thread;

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    let handles: Vec<_> = jobs.into_iter().map(thread::spawn).collect();
    handles.into_iter().filter_map(|handle| handle.join().ok()).collect()
}
