//! hostile: does-not-compile: a macro whose input doubles

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    Vec::new()
}

macro_rules! doubled {
    ($($token:tt)*) => {
        doubled!($($token)* $($token)*);
    };
}

doubled!(a b c d);
