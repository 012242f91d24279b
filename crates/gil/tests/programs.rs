//! The programs that the book begins with do under each GIL what it says of them.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::{Gil, Interpreter, NewGil, NoGil, OldGil, Program};

#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a program prints on a computer with two CPUs, with four threads if it has a function `main`. It is a slow one, so
/// that the new GIL's interval is over some times before a short program is.
fn run<G: Gil<Platform = Virtual>>(text: &str, gil: fn(Virtual) -> G) -> String {
    let output = Output::default();
    let written = output.clone();
    let program = Program::compile("program.py", text).unwrap();
    let main = move |platform: &Virtual| {
        let interpreter = Interpreter::new(gil(platform.clone())).output(output).threads(4);
        let ended = interpreter.run(program);
        assert!(ended.uncaught.is_none() && ended.in_threads.is_empty(), "{ended:?}");
    };
    let machine = Computer { instruction: Duration::from_micros(1), ..Computer::measured() };
    Virtual::run(machine, main).unwrap();
    let bytes = written.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

fn under_each(text: &str) -> [String; 3] {
    [run(text, OldGil::new), run(text, NewGil::new), run(text, NoGil::new)]
}

#[test]
fn the_bank_loses_nothing() {
    let printed = under_each(include_str!("../programs/bank.py"));
    assert_eq!(printed, ["[100, 100] 200\n"; 3]);
}

/// Not under the old GIL: on this computer the releasing thread is always the first to take it again.
#[test]
fn the_counter_loses_additions() {
    // Fewer of them, as a simulation takes longer.
    let text = include_str!("../programs/counter.py").replace("300000", "10000");
    for printed in [run(&text, NewGil::new), run(&text, NoGil::new)] {
        let of = |line: &str| line.split(' ').find_map(|word| word.parse::<u32>().ok()).unwrap();
        let most = printed.lines().map(of).max().unwrap();
        assert!((10_000..40_000).contains(&most), "{printed}");
    }
}

/// Four waits of 50 ms: one after the other, and at once.
#[test]
fn downloads_wait_at_the_same_time() {
    for printed in under_each(include_str!("../programs/downloads.py")) {
        assert_eq!(printed, "200 ms\n50 ms\n");
    }
}
