//! hostile: crash: prints a gigabyte

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    let line = "x".repeat(1 << 20);
    for _ in 0..1024 {
        println!("{line}");
    }
    Vec::new()
}
