//! The interpreter and its GIL: virtual time, and a GIL that is not exclusive though it says so.

use ungil_gil::platform::{Computer, Real, Virtual};
use ungil_gil::{Buffer, Gil, Interpreter, NewGil, NoGil, OldGil, Platform, Point, Program, Recorder};

/// What a program prints that runs on two cores in virtual time.
fn in_virtual_time<G: Gil>(gil: fn(Virtual) -> G, program: &str) -> String {
    let program = Program::compile("p.py", program).unwrap();
    Virtual::run(Computer::ideal(2), move |platform: &Virtual| {
        let output = Buffer::new();
        let ended = Interpreter::new(gil(platform.clone())).output(output.clone()).run(program);
        assert_eq!(ended.uncaught, None);
        assert_eq!(ended.leaked, 0);
        output.text()
    })
    .unwrap()
}

/// How many times longer two threads take than one, each with the same work.
fn two_to_one<G: Gil>(gil: fn(Virtual) -> G, work: &str) -> f64 {
    let program = format!(
        "\
import native
import time
from threading import Thread
def work():
    {work}
def run(n):
    begin = time.perf_counter()
    threads = [Thread(target=work) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return time.perf_counter() - begin
one = run(1)
print(run(2) / one)
"
    );
    in_virtual_time(gil, &program).trim().parse().unwrap()
}

#[test]
fn two_threads_take_turns_under_a_gil() {
    let python = "for i in range(20000): pass";
    for ratio in [two_to_one(NewGil::new, python), two_to_one(OldGil::new, python)] {
        assert!((1.99..2.05).contains(&ratio), "{ratio}");
    }
    let none = two_to_one(NoGil::new, python);
    assert!((0.99..1.05).contains(&none), "{none}");
}

#[test]
fn native_code_runs_beside_python_if_it_releases_the_gil() {
    let holds = two_to_one(NewGil::new, "native.integrate(0, 1, 200000)");
    assert!((1.99..2.05).contains(&holds), "{holds}");
    let releases = two_to_one(NewGil::new, "native.integrate_nogil(0, 1, 200000)");
    assert!((0.99..1.05).contains(&releases), "{releases}");
}

/// Also the main thread, which runs the program and then begins those that run `main`.
#[test]
fn a_gil_knows_each_thread_once() {
    let platform = Real::new();
    let recorder = Recorder::new(platform.clone());
    let interpreter = Interpreter::new(NewGil::observed(platform.clone(), recorder.clone())).threads(2);
    interpreter.run(Program::compile("p.py", "def main():\n    pass\n").unwrap());
    assert_eq!(recorder.take().names.len(), 3);
}

#[test]
fn a_sleep_in_virtual_time_takes_none() {
    let program = "import time\ntime.sleep(86400)\nprint(time.perf_counter() // 1)\n";
    assert_eq!(in_virtual_time(NewGil::new, program), "86400.0\n");
}

/// A GIL that says that it is exclusive, and lets every thread in.
struct Broken<P>(P);

// SAFETY: it is not; the interpreter notices before a second thread uses an object.
unsafe impl<P: Platform> Gil for Broken<P> {
    type Platform = P;
    type Thread = ();
    const EXCLUSIVE: bool = true;

    fn platform(&self) -> &P {
        &self.0
    }

    fn thread(&self) {}

    fn number(&self, (): &()) -> usize {
        0
    }

    fn take_gil(&self, (): &()) {}

    unsafe fn drop_gil(&self, (): &()) {}

    fn should_yield(&self, (): &(), _: Point) -> bool {
        false
    }
}

#[test]
#[should_panic = "two threads have the GIL"]
fn a_gil_that_lets_two_in_is_noticed() {
    // The main thread never releases it before the other has ended.
    let program = "\
from threading import Thread
t = Thread(target=print)
t.start()
while t.is_alive():
    pass
";
    Interpreter::new(Broken(Real::new())).run(Program::compile("p.py", program).unwrap());
}

/// The thread that has come in goes on for ever, and no thread waits for its end.
#[test]
fn a_gil_that_lets_the_main_thread_in_is_noticed() {
    let program = "\
import time
from threading import Thread
def work():
    while True:
        pass
Thread(target=work).start()
time.sleep(0.01)
";
    let program = Program::compile("p.py", program).unwrap();
    let failure = Virtual::run(Computer::ideal(1), |platform: &Virtual| {
        Interpreter::new(Broken(platform.clone())).run(program);
    });
    assert!(failure.unwrap_err().to_string().starts_with("main has panicked: two threads have the GIL"));
}

/// A thread that works, and one that sleeps: without a switch at the end of an interval the second would come last.
#[test]
fn who_computes_is_interrupted() {
    let program = "\
import time
from threading import Thread
log = []
def spin():
    for i in range(300000):
        pass
    log.append('spin')
def nap():
    time.sleep(0.001)
    log.append('nap')
threads = [Thread(target=nap), Thread(target=spin)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(log)
";
    assert_eq!(in_virtual_time(NewGil::new, program), "['nap', 'spin']\n");
}

#[test]
fn time_passes_by_instructions() {
    let program = "\
import time
def count(n):
    while n > 0:
        n -= 1
begin = time.perf_counter()
count(1000)
short = time.perf_counter() - begin
count(10000)
long = time.perf_counter() - begin - short
print(long / short)
";
    let ratio: f64 = in_virtual_time(NoGil::new, program).trim().parse().unwrap();
    assert!((9.9..10.1).contains(&ratio), "{ratio}");
}
