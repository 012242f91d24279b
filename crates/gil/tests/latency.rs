//! What the new GIL costs a thread that waits for input and output, in virtual time: an interval for each computing thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::{Gil, NewGil, Platform, Point, allow_threads};

/// For each spinner. With four, one wait has a standard deviation of 87 % of its mean, so the mean of all has one of
/// 1.4 %; with one spinner, all waits are the same.
const WAITS: u32 = 1000;

const SHORT: Duration = Duration::from_micros(50);

/// The mean wait of a thread that has been in input or output for the time `io`, on a computer with a core for each thread.
fn mean_wait(spinners: usize, interval: Duration, io: Duration) -> Duration {
    let waits = WAITS * spinners.max(1) as u32;
    let main = move |platform: &Virtual| {
        let gil = Arc::new(NewGil::new(platform.clone()));
        gil.set_interval(interval);
        let stop = Arc::new(AtomicBool::new(false));
        let spin = |number| {
            let (gil, stop) = (Arc::clone(&gil), Arc::clone(&stop));
            platform.spawn(&format!("spinner {number}"), move || {
                let thread = gil.thread();
                gil.take_gil(&thread);
                while !stop.load(Ordering::Relaxed) {
                    // A long time between two back edges, but short beside the interval.
                    gil.platform().compute(interval / 100);
                    if gil.should_yield(&thread, Point::BackEdge) {
                        // SAFETY: it has taken the GIL.
                        unsafe { gil.yield_gil(&thread) };
                    }
                }
                // SAFETY: it has taken the GIL.
                unsafe { gil.drop_gil(&thread) };
            })
        };
        let spinners: Vec<_> = (0..spinners).map(spin).collect();
        let thread = gil.thread();
        gil.take_gil(&thread);
        let mut waited = Duration::ZERO;
        for _ in 0..waits {
            // SAFETY: it has taken the GIL, and touches no object.
            let returns = unsafe {
                allow_threads(&*gil, &thread, || {
                    platform.sleep(io);
                    platform.now()
                })
            };
            waited += platform.now() - returns;
            platform.executed(100);
        }
        stop.store(true, Ordering::Relaxed);
        // SAFETY: it has taken the GIL.
        unsafe { gil.drop_gil(&thread) };
        spinners.into_iter().for_each(|spinner| platform.join(spinner));
        waited / waits
    };
    Virtual::run(Computer::ideal(spinners + 1), main).unwrap()
}

#[test]
fn a_wait_is_an_interval_for_each_spinner() {
    for interval in [500, 1000, 5000].map(Duration::from_micros) {
        for spinners in 1..=4 {
            let mean = mean_wait(spinners, interval, SHORT);
            let ratio = mean.as_secs_f64() / (interval * spinners as u32).as_secs_f64();
            println!("{spinners} at {interval:?}: {mean:?}, {ratio:.3}");
            assert!((0.95..=1.05).contains(&ratio), "{spinners} at {interval:?}: {mean:?}");
        }
    }
}

/// A thread that comes back at a random time meets a holder whose interval is half over, on average, if another thread
/// has asked already. That takes more than one spinner.
#[test]
fn after_long_io_a_wait_is_half_an_interval_shorter() {
    let interval = Duration::from_millis(5);
    for spinners in 2..=4 {
        let mean = mean_wait(spinners, interval, Duration::from_millis(23));
        let ratio = mean.as_secs_f64() / (interval.as_secs_f64() * (spinners as f64 - 0.5));
        println!("{spinners} at {interval:?} after long I/O: {mean:?}, {ratio:.3}");
        assert!((0.92..=1.08).contains(&ratio), "{spinners}: {mean:?}");
    }
}

#[test]
fn nobody_computes_and_nobody_waits() {
    assert_eq!(mean_wait(0, Duration::from_millis(5), SHORT), Duration::ZERO);
}
