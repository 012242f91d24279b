//! A waiter asks for the new GIL after 5 ms, and the holder stands back until the waiter has it.
//!
//! Two threads compute. The request is a flag, and the holder checks it at the end of a loop iteration and at a call. A
//! check costs one load, and no thread is woken in vain.

use std::time::Duration;

use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::scenario::Countdown;
use ungil_gil::{GilEvent, NewGil, Recorder, chart};

// ANCHOR: show
fn main() {
    let mut slow = Computer::measured();
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
