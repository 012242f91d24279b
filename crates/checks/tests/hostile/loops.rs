//! hostile: hang: runs for ever

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    loop {
        std::hint::spin_loop();
    }
}
