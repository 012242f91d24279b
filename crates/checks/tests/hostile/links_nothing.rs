//! hostile: does-not-compile: calls what the linker does not find

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

unsafe extern "C" {
    safe fn nobody_has_this() -> u32;
}

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    vec![nobody_has_this()]
}
