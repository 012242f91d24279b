//! hostile: crash: panics in a destructor while it panics

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

struct Bomb;
impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("in drop");
    }
}

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    let _bomb = Bomb;
    panic!("first")
}
