//! hostile: does-not-compile: a static of half a gigabyte

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    Vec::new()
}

pub static BYTES: [u8; 512 << 20] = [1; 512 << 20];
