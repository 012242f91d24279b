//! The holder releases the old GIL every 100 instructions, and takes it again before the waiter has woken up.
//!
//! A release is a signal, not a hand-over. The signalled thread needs some 20 µs to start running on its CPU, and then
//! finds the GIL taken. The result is a storm of signals, and each is a system call.

use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::scenario::Countdown;
use ungil_gil::{GilEvent, OldGil, Recorder, chart};

// ANCHOR: show
fn main() {
    let main = |platform: &Virtual| {
        let recorder = Recorder::new(platform.clone());
        let gil = OldGil::observed(platform.clone(), recorder.clone());
        Countdown { threads: 2, count: 5000 }.together(gil);
        recorder.take()
    };
    let record = Virtual::run(Computer::measured(), main).unwrap();
    let times = |what| {
        let all = record.events.iter();
        all.filter(|event| event.what == what).count()
    };
    println!("released:      {}", times(GilEvent::Releases));
    println!("woken in vain: {}", times(GilEvent::WakesInVain));
    let mut chart = chart("old gil", &record);
    chart.range = Some(us(150)..us(400));
    chart.show();
}
// ANCHOR_END: show

const fn us(microseconds: u64) -> std::time::Duration {
    std::time::Duration::from_micros(microseconds)
}
