//! hostile: cannot-judge: starts more threads than a model may have

use interleave::thread;

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    for _ in 0..5000 {
        thread::spawn(|| {
            loop {
                thread::park();
            }
        });
    }
    Vec::new()
}
