//! hostile: does-not-compile: an attribute that only a crate's root can have
#![no_std]

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    Vec::new()
}
