//! hostile: hang: hangs outside of every model and every time-out of the suite

#[path = "../grading/e1_in_order/solution.rs"]
mod ours;

use interleave::thread;

pub use ours::Job;

pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    while jobs.is_empty() {
        thread::park();
    }
    ours::in_order(jobs)
}
