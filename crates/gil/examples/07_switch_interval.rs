//! `sys.setswitchinterval`: a shorter interval serves who waits, and costs who computes.
//!
//! Two threads that compute, beside one that answers requests, on two CPUs.

use std::time::Duration;

use ungil_gil::NewGil;
use ungil_gil::platform::{Machine, Virtual};
use ungil_gil::scenario::{Client, Echo};

// ANCHOR: show
fn main() {
    println!("interval   answers a second   computing");
    for interval in [50, 500, 5000, 50_000].map(Duration::from_micros) {
        let served =
            Virtual::run(Machine::measured(), move |platform: &Virtual| {
                let gil = NewGil::new(platform.clone());
                gil.set_interval(interval);
                let echo = Echo {
                    spinners: 2,
                    client: Client::Process,
                    time: Duration::from_millis(500),
                    system_call: Duration::from_micros(5),
                };
                echo.run(platform, gil)
            });
        let served = served.unwrap();
        let (answers, computing) =
            (2 * served.round_trips.len(), 100.0 * served.spun);
        let interval = format!("{interval:?}");
        println!("{interval:8} {answers:18} {computing:9.0} %");
    }
}
// ANCHOR_END: show
