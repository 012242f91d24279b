//! hostile: panic: panics in a destructor

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

struct Bomb;
impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("in drop");
    }
}

pub fn in_order(_jobs: Vec<Job>) -> Vec<u32> {
    let _bomb = Bomb;
    vec![7]
}
