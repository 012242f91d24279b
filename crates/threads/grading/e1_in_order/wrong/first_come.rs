use interleave::sync::{Arc, Mutex};
use interleave::thread;

pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn in_order(jobs: Vec<Job>) -> Vec<u32> {
    let results = Arc::new(Mutex::new(Vec::new()));
    let mut handles = Vec::new();
    for job in jobs {
        let results = Arc::clone(&results);
        handles.push(thread::spawn(move || {
            let result = job();
            results.lock().push(result);
        }));
    }
    for handle in handles {
        handle.join().unwrap();
    }
    let results = results.lock();
    results.clone()
}
