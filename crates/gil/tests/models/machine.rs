//! The interpreter under the checker: its threads at random, on a platform where each step of a lock is one of theirs.

use std::sync::Arc;

use super::sample;
use ungil_gil::platform::Checked;
use ungil_gil::{Buffer, Gil, Interpreter, NewGil, NoGil, OldGil, Program};

/// Three threads that have all: a lock, a sleep, a list that they share, a join.
const PROGRAM: &str = "\
import time
from threading import Lock, Thread
lock = Lock()
x = 0
l = []
def work(k):
    global x
    for i in range(2):
        with lock:
            x += 1
    time.sleep(0)
    l.append(k)
threads = [Thread(target=work, args=(k,)) for k in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(x, sorted(l))
";

fn at_random<G: Gil<Platform = Checked>>(model: &str, gil: fn(Checked) -> G) {
    let program = Arc::new(Program::compile("p.py", PROGRAM).unwrap());
    sample(model, 300, move || {
        let output = Buffer::new();
        let interpreter = Interpreter::new(gil(Checked::new().time_outs(2))).output(output.clone());
        let ended = interpreter.run(Arc::clone(&program));
        assert_eq!(ended.uncaught, None);
        assert_eq!(output.text(), "4 [0, 1]\n");
        assert_eq!(ended.leaked, 0);
    });
}

#[test]
fn the_machine_under_the_old_gil() {
    at_random("the machine under the old GIL", |platform| {
        let gil = OldGil::new(platform);
        gil.set_check_interval(3);
        gil
    });
}

#[test]
fn the_machine_under_the_new_gil() {
    at_random("the machine under the new GIL", NewGil::new);
}

#[test]
fn the_machine_without_a_gil() {
    at_random("the machine without a GIL", NoGil::new);
}
