//! To stop a thread, ask it: with a flag, and a loop that checks the flag.
//!
//! Slide 11. Killing a thread would leave its files open and its locks held; so neither Python nor Rust
//! can do it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use ungil_threads::spawn;

// ANCHOR: show
struct Task {
    running: AtomicBool,
}

impl Task {
    fn terminate(&self) {
        self.running.store(false, Ordering::Relaxed);
    }

    fn run(&self, progress: mpsc::Sender<u32>) {
        let mut round = 0;
        while self.running.load(Ordering::Relaxed) {
            round += 1;
            let _ = progress.send(round);
        }
        println!("the loop has seen the flag, and can clean up now");
    }
}

fn main() {
    let task = Arc::new(Task { running: AtomicBool::new(true) });
    let (sender, progress) = mpsc::channel();
    let t = spawn({
        let task = Arc::clone(&task);
        move || task.run(sender)
    });
    let thousand = progress.iter().find(|&round| round == 1000);
    println!("it works: round {} is done", thousand.unwrap());
    task.terminate();
    t.join().expect("no panic");
}
// ANCHOR_END: show
