//! hostile: does-not-compile: a constant whose value the compiler never finds

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    Vec::new()
}

#[allow(long_running_const_eval)]
pub static NUMBER: u64 = {
    let mut n = 0_u64;
    while n < u64::MAX {
        n += 1;
    }
    n
};
