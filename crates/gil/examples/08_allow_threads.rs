//! A thread releases the GIL while it waits for input: four downloads take the time of one.
//!
//! The slide's `Py_BEGIN_ALLOW_THREADS`. The program is `programs/downloads.py`: one after the other, then with four
//! threads.

use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::{Interpreter, NewGil, Program, Recorder, chart};

// ANCHOR: show
const PROGRAM: &str = include_str!("../programs/downloads.py");

fn main() {
    let main = |platform: &Virtual| {
        let recorder = Recorder::new(platform.clone());
        let program = Program::compile("downloads.py", PROGRAM).unwrap();
        Interpreter::new(NewGil::observed(
            platform.clone(),
            recorder.clone(),
        ))
        .run(program);
        recorder.take()
    };
    let record = Virtual::run(Computer::measured(), main).unwrap();
    chart("allow threads", &record).show();
}
// ANCHOR_END: show
