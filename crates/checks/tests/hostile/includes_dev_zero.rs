//! hostile: does-not-compile: includes a file that has no end

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    Vec::new()
}

pub static BYTES: &[u8] = include_bytes!("/dev/zero");
