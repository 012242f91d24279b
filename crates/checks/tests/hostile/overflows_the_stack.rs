//! hostile: crash: overflows its stack

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

fn deeper(n: u64) -> u64 {
    let frame = std::hint::black_box([n; 512]);
    deeper(n + 1) + frame[3]
}

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    vec![u32::try_from(deeper(0)).unwrap()]
}
