//! Two loops: the first starts all threads, the second waits for them. Between the two everything runs at
//! once; and because the handles lie in the order of the jobs, so do the results, whichever thread ended
//! first. Nothing is shared, so nothing needs a lock: a `JoinHandle` carries the result from one thread to
//! the other.
//!
//! `collect()` between the loops is what makes them two: iterators are lazy, and a `map` that spawns followed
//! by a `map` that joins would run one job after the other.
//!
//! In Python, `Thread.join()` gives neither a result nor an exception; lesson 4 builds `concurrent.futures`,
//! which does.

use interleave::thread;
use std::panic::resume_unwind;

/// Something to do, with a number as its result.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

/// Runs every job in a thread of its own, all at the same time, and gives their results in the order of the
/// jobs. If a job panics, so does this, but only when all the others have ended.
pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    let handles: Vec<_> = jobs.into_iter().map(thread::spawn).collect();
    // All are joined before the first panic goes on.
    let results: Vec<_> = handles.into_iter().map(|handle| handle.join()).collect();
    results.into_iter().map(|result| result.unwrap_or_else(|panic| resume_unwind(panic))).collect()
}
