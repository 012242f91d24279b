//! A thread that answers requests waits an interval for each thread that computes, at every single request.
//!
//! It gives the GIL up to wait for input, and has to ask for it when the input is there: the convoy effect. Nothing in
//! either GIL knows that it would need it for a moment only.

use std::time::Duration;

use ungil_gil::platform::{Machine, Recording, Virtual};
use ungil_gil::scenario::{Client, Echo};
use ungil_gil::{NewGil, chart};

// ANCHOR: show
fn mean(spinners: usize, interval: Duration) -> f64 {
    let cores = Machine::ideal(spinners + 2);
    let served = Virtual::run(cores, move |platform: &Virtual| {
        let gil = NewGil::new(platform.clone());
        gil.set_interval(interval);
        echo(spinners, 400 * interval).run(platform, gil)
    });
    let trips = served.unwrap().round_trips;
    let sum: Duration = trips.iter().sum();
    1000.0 * sum.as_secs_f64() / trips.len() as f64
}

fn main() {
    println!("spinners        0      1      2      3");
    for interval in [500, 1000, 5000].map(Duration::from_micros) {
        print!("{:8}", format!("{interval:?}"));
        for spinners in 0..=3 {
            print!(" {:6.2}", mean(spinners, interval));
        }
        println!("  ms a request");
    }
    let record = Virtual::run(Machine::measured(), |platform: &Virtual| {
        let recording = Recording::new(platform.clone());
        let gil = NewGil::new(recording.clone());
        echo(1, Duration::from_millis(20)).run(platform, gil);
        recording.take()
    });
    chart("convoy", &record.unwrap()).show();
}
// ANCHOR_END: show

fn echo(spinners: usize, time: Duration) -> Echo {
    let system_call = Duration::from_micros(5);
    Echo { spinners, client: Client::Process, time, system_call }
}
