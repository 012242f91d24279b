//! Concurrent: two queues and one coffee machine. Parallel: two queues and two coffee machines.
//!
//! The slide with the two pictures, recorded from programs: one GIL for two queues, and no GIL. The interval is short, so
//! one cup is half made when the other queue's turn comes.

use std::sync::Arc;
use std::time::Duration;

use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::scenario::Python;
use ungil_gil::{Gil, NewGil, NoGil, Platform, Recorder, chart};

// ANCHOR: show
fn cafe<G: Gil>(
    name: &str,
    machine: fn(Virtual, Recorder<Virtual>) -> G,
) {
    let main = move |platform: &Virtual| {
        let recorder = Recorder::new(platform.clone());
        let machine =
            Arc::new(machine(platform.clone(), recorder.clone()));
        for queue in ["queue 1", "queue 2"] {
            let machine = Arc::clone(&machine);
            platform.spawn(queue, move || {
                Python::run(&*machine, |coffee| {
                    // 25 ms of instructions
                    (0..2500).for_each(|_| coffee.execute(500));
                });
            });
        }
        platform.sleep(Duration::from_millis(60));
        recorder.take()
    };
    let record = Virtual::run(Computer::ideal(2), main).unwrap();
    let end = record.events.last().map(|event| event.at.as_millis());
    println!("{name}: {} ms", end.unwrap());
    let mut chart = chart(name, &record);
    for span in chart.lanes.iter_mut().flat_map(|lane| &mut lane.spans) {
        span.label = span.label.replace("has the GIL", "coffee");
    }
    chart.show();
}

fn main() {
    cafe("concurrent", NewGil::observed);
    cafe("parallel", NoGil::observed);
}
// ANCHOR_END: show
