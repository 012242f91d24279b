//! Step 2: a thread that waits for a spin lock burns its CPU; a thread that waits for a lock sleeps.
//!
//! On no slide. The first time is the waiter's CPU time.

use std::thread::sleep;
use std::time::{Duration, Instant};

use ungil_primitives::steps::SpinLock;
use ungil_primitives::{Event, Lock};
use ungil_threads::scope;

// ANCHOR: show
/// Holds a lock for a while, and measures the waiter.
fn watch<G>(name: &str, lock: impl Fn() -> G + Sync) {
    let held = Event::new();
    scope(|s| {
        s.spawn(|| {
            let _guard = lock();
            held.set();
            sleep(Duration::from_millis(40));
        });
        s.spawn(|| {
            held.wait();
            let (begun, before) = (Instant::now(), on_cpu());
            let _guard = lock();
            let waited = begun.elapsed().as_secs_f64() * 1e3;
            let Some((before, after)) = before.zip(on_cpu()) else {
                return println!("{name}: only known on Linux");
            };
            let used = after - before;
            let how =
                if used > waited / 20.0 { "runs" } else { "sleeps" };
            println!("{name}: {how}, {used:.1} of {waited:.1} ms");
        });
    });
}

fn main() {
    let (spin, sleeps) = (SpinLock::new(()), Lock::new(()));
    watch("spin lock", || spin.lock());
    watch("lock", || sleeps.lock());
}
// ANCHOR_END: show

/// This thread's CPU time in milliseconds.
fn on_cpu() -> Option<f64> {
    let stat =
        std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos: f64 = stat.split_whitespace().next()?.parse().ok()?;
    Some(nanos / 1e6)
}
