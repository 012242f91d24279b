//! `sys.setswitchinterval`: a shorter interval helps waiting threads, and costs computing threads.
//!
//! One thread computes and another answers requests, on two CPUs.

use std::time::Duration;

use ungil_gil::NewGil;
use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::scenario::{Client, Echo, Placement};

// ANCHOR: show
fn main() {
    let mut machine = Computer::measured();
    machine.instruction = Duration::from_nanos(200);
    println!("interval   answers a second   computing");
    for interval in [5000, 500, 50].map(Duration::from_micros) {
        let main = move |platform: &Virtual| {
            let gil = NewGil::new(platform.clone());
            gil.set_interval(interval);
            Echo {
                spinners: 1,
                client: Client::Process,
                placement: Placement::Free,
                time: Duration::from_millis(250),
                system_call: Duration::from_micros(5),
            }
            .run(platform, gil)
        };
        let served = Virtual::run(machine.clone(), main).unwrap();
        let answers = 4 * served.round_trips.len();
        let computing = 100.0 * served.spun;
        let interval = format!("{interval:?}");
        println!("{interval:8} {answers:18} {computing:9.0} %");
    }
}
// ANCHOR_END: show
