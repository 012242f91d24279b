//! hostile: deadlock: takes a lock twice

use interleave::sync::Mutex;

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    let lock = Mutex::new(());
    let _one = lock.lock();
    let _two = lock.lock();
    Vec::new()
}
