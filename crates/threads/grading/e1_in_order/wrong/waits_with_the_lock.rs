use interleave::sync::{Arc, Mutex};
use interleave::thread;

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    let results = Arc::new(Mutex::new(vec![0; jobs.len()]));
    let mut handles = Vec::new();
    for (index, job) in jobs.into_iter().enumerate() {
        let results = Arc::clone(&results);
        handles.push(thread::spawn(move || {
            let result = job();
            results.lock()[index] = result;
        }));
    }
    let results = results.lock();
    for handle in handles {
        handle.join().unwrap();
    }
    results.clone()
}
