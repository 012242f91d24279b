//! Two threads count down on two CPUs: slower under the old GIL, no faster under the new GIL, twice as fast without.
//!
//! The program is `programs/countdown.py`. Time is simulated, on a computer like the one that CPython was
//! measured on, so all runs are the same.

use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::{Gil, Interpreter, NewGil, NoGil, OldGil, Program};

// ANCHOR: show
const PROGRAM: &str = include_str!("../programs/countdown.py");

fn run<G: Gil>(gil: &'static str, new: fn(Virtual) -> G) {
    let main = move |platform: &Virtual| {
        // A hundredth of the lecture's count: a simulation takes longer.
        let text = PROGRAM.replace("2000000", "20000");
        let program = Program::compile("countdown.py", &text).unwrap();
        print!("{gil}: ");
        Interpreter::new(new(platform.clone())).run(program);
    };
    Virtual::run(Computer::measured(), main).unwrap();
}

fn main() {
    run("old GIL", OldGil::new);
    run("new GIL", NewGil::new);
    run(" no GIL", NoGil::new);
}
// ANCHOR_END: show
