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
            let (begun, before) = (Instant::now(), usage());
            let _guard = lock();
            let waited = begun.elapsed().as_secs_f64() * 1e3;
            let Some((before, after)) = before.zip(usage()) else {
                return println!("{name}: only known on Linux");
            };
            let used = after.cpu - before.cpu;
            let slept = after.sleeps > before.sleeps;
            let how = if slept { "sleeps" } else { "runs" };
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

/// What the system has counted of this thread.
struct Usage {
    /// Milliseconds on a CPU.
    cpu: f64,
    /// How often it went to sleep. A yield is not counted.
    sleeps: u64,
}

fn usage() -> Option<Usage> {
    let read = |file| {
        std::fs::read_to_string(format!("/proc/thread-self/{file}")).ok()
    };
    let (stat, status) = (read("schedstat")?, read("status")?);
    let nanos: f64 = stat.split_whitespace().next()?.parse().ok()?;
    let mut lines = status.lines();
    let sleeps = lines
        .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    Some(Usage { cpu: nanos / 1e6, sleeps: sleeps?.trim().parse().ok()? })
}
