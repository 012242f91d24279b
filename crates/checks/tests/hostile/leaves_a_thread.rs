//! hostile: solved: leaves a thread behind that runs for ever

#[path = "../grading/e1_in_order/solution.rs"]
mod ours;

use interleave::thread;

pub use ours::Job;

pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    if jobs.len() == 50 {
        thread::spawn(|| {
            loop {
                std::hint::spin_loop();
            }
        });
    }
    ours::in_order(jobs)
}
