use interleave::thread;

/// Something to do, with a number as its result.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

/// Runs every job in a thread of its own, all at the same time, and gives their results in the order of the
/// jobs. If a job panics, so does this, but only when all the others have ended.
pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    todo!()
}
