//! At every single request, an answering thread waits one interval for each computing thread.
//!
//! It releases the GIL to wait for input, and must ask for the GIL when the input arrives: the convoy effect. Neither GIL
//! knows that this thread needs it only for a moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::scenario::{Client, Echo, Placement, Python};
use ungil_gil::{NewGil, Platform, Recorder, chart};

const REQUESTS: u32 = 1000;

// ANCHOR: show
/// How long a request waits for the GIL, with a CPU for each thread.
fn wait(spinners: usize, interval: Duration) -> Duration {
    let main = move |platform: &Virtual| {
        let gil = Arc::new(NewGil::new(platform.clone()));
        gil.set_interval(interval);
        let stop = Arc::new(AtomicBool::new(false));
        for _ in 0..spinners {
            let (gil, stop) = (Arc::clone(&gil), Arc::clone(&stop));
            let computing = platform.clone();
            platform.spawn("spinner", move || {
                Python::run(&*gil, |python| {
                    while !stop.load(Relaxed) {
                        computing.compute(interval / 50);
                        python.execute(0);
                    }
                });
            });
        }
        let input = || {
            platform.sleep(Duration::from_micros(50));
            platform.now()
        };
        let mut waited = Duration::ZERO;
        Python::run(&*gil, |python| {
            for _ in 0..REQUESTS {
                let here = python.system_call(input);
                waited += platform.now() - here;
            }
        });
        stop.store(true, Relaxed);
        waited / REQUESTS
    };
    Virtual::run(Computer::ideal(spinners + 1), main).unwrap()
}

fn main() {
    println!("spinners      1      2      3      4");
    for interval in [500, 5000].map(Duration::from_micros) {
        print!("{:7}", format!("{interval:?}"));
        for spinners in 1..=4 {
            let wait = wait(spinners, interval);
            print!(" {:6.2}", wait.as_secs_f64() * 1e3);
        }
        println!(" ms a request");
    }
    let main = |platform: &Virtual| {
        let recorder = Recorder::new(platform.clone());
        let gil = NewGil::observed(platform.clone(), recorder.clone());
        Echo {
            spinners: 1,
            client: Client::Process,
            placement: Placement::Free,
            time: Duration::from_millis(20),
            system_call: Duration::from_micros(5),
        }
        .run(platform, gil);
        recorder.take()
    };
    let record = Virtual::run(Computer::measured(), main).unwrap();
    chart("convoy", &record).show();
}
// ANCHOR_END: show
