//! Who waits for the new GIL asks for it after 5 ms, and the holder stands back until it is taken.
//!
//! Two threads that compute. The request is a flag, at which the holder looks when a loop begins anew or a function is
//! called: so it costs one load to ask whether it is due, and nobody is woken for nothing.

use std::time::Duration;

use ungil_gil::platform::{Machine, Virtual};
use ungil_gil::scenario::Countdown;
use ungil_gil::{GilEvent, NewGil, Recorder, chart};

// ANCHOR: show
fn main() {
    let mut slow = Machine::measured();
    slow.instruction = Duration::from_micros(1);
    let main = |platform: &Virtual| {
        let recorder = Recorder::new(platform.clone());
        let gil = NewGil::observed(platform.clone(), recorder.clone());
        Countdown { threads: 2, count: 2500 }.together(gil);
        recorder.take()
    };
    let record = Virtual::run(slow, main).unwrap();
    for event in &record.events {
        if let GilEvent::Requests { of } = event.what {
            let at = event.at.as_secs_f64() * 1000.0;
            let who = record.name(event.thread);
            println!("{at:4.1} ms: {who} asks {}", record.name(of));
        }
    }
    chart("new gil", &record).show();
}
// ANCHOR_END: show
