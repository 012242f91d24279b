//! Programs do what they do in CPython 3.11, under each GIL: `corpus/*.out` was recorded there by `corpus/record.py`.

use std::path::{Path, PathBuf};

use ungil_gil::platform::Real;
use ungil_gil::{Buffer, Ended, ExceptionKind, Gil, Interpreter, NewGil, NoGil, OldGil, Program};

fn run(gil: impl Gil, name: &str, text: &str) -> (String, String, Ended) {
    let (output, errors) = (Buffer::new(), Buffer::new());
    let program = Program::compile(name, text).unwrap_or_else(|error| panic!("{error}"));
    let ended = Interpreter::new(gil).output(output.clone()).errors(errors.clone()).run(program);
    (output.text(), errors.text(), ended)
}

/// Runs it under each GIL, which must make no difference, and leave nothing behind.
fn everywhere(name: &str, text: &str) -> (String, String, Ended) {
    let old = run(OldGil::new(Real::new()), name, text);
    let new = run(NewGil::new(Real::new()), name, text);
    let none = run(NoGil::new(Real::new()), name, text);
    for (gil, run) in [("old", &old), ("none", &none)] {
        assert_eq!(run.0, new.0, "{name}: the output under the GIL {gil}, and under the new one");
        assert_eq!(run.1, new.1, "{name}: the errors under the GIL {gil}, and under the new one");
        assert_eq!(run.2.uncaught, new.2.uncaught, "{name}");
        // Without a GIL, immortal objects are freed in any case.
        assert_eq!(run.2.leaked == 0, new.2.leaked == 0, "{name}: under the GIL {gil}, and the new one");
    }
    new
}

fn corpus(folder: &str) -> Vec<(String, String, String)> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder);
    let mut programs = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        let recorded = path.with_extension("out");
        if path.extension().is_some_and(|extension| extension == "py") && recorded.exists() {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let read = |path: &Path| std::fs::read_to_string(path).unwrap();
            programs.push((name, read(&path), read(&recorded)));
        }
    }
    programs.sort();
    programs
}

#[test]
fn programs_print_what_they_print_in_cpython() {
    let programs = corpus("");
    assert!(programs.len() >= 6, "the corpus is there");
    for (name, text, recorded) in programs {
        let (output, errors, ended) = everywhere(&name, &text);
        assert_eq!(ended.uncaught, None, "{name}");
        assert_eq!(output, recorded, "{name}");
        assert_eq!(errors, "", "{name}");
        // In cycles.py two containers hold themselves, and one of them a number and one a text.
        assert_eq!(ended.leaked, if name == "cycles.py" { 4 } else { 0 }, "{name}");
    }
}

#[test]
fn programs_fail_as_they_fail_in_cpython() {
    let programs = corpus("fails");
    assert!(programs.len() >= 28, "the corpus is there");
    for (name, text, recorded) in programs {
        let (output, errors, ended) = everywhere(&name, &text);
        let uncaught = ended.uncaught.unwrap_or_else(|| panic!("{name} fails in CPython"));
        assert_eq!(format!("{output}{errors}"), recorded, "{name}");
        assert_eq!(format!("{uncaught}\n"), errors, "{name}");
        assert_eq!(ended.leaked, 0, "{name}");
    }
}

/// An exception in a thread ends that thread, is reported, and releases the lock of the thread's `with`.
#[test]
fn an_exception_ends_its_thread() {
    let program = "\
import threading
lock = threading.Lock()
def work(x):
    with lock:
        return 1 / x
t = threading.Thread(target=work, args=(0,))
t.start()
t.join()
with lock:
    print('goes on')
";
    let (output, errors, ended) = everywhere("p.py", program);
    assert_eq!(output, "goes on\n");
    let traceback = "\
Exception in thread Thread-1 (work):
Traceback (most recent call last):
  File \"p.py\", line 5, in work
    return 1 / x
ZeroDivisionError: division by zero
";
    assert_eq!(errors, traceback);
    assert_eq!((ended.uncaught, ended.in_threads.len()), (None, 1));
}

/// `Ended` comes when the last thread has ended, joined or not.
#[test]
fn all_threads_are_waited_for() {
    let program = "\
from threading import Lock, Thread
gate = Lock()
gate.acquire()
def second():
    with gate:
        print('second')
def first():
    Thread(target=second).start()
    print('first')
    gate.release()
Thread(target=first).start()
";
    assert_eq!(everywhere("p.py", program).0, "first\nsecond\n");
}

#[test]
fn a_thread_starts_once() {
    let program = "from threading import Thread\nt = Thread(target=int)\nt.start()\nt.start()\n";
    let uncaught = everywhere("p.py", program).2.uncaught.unwrap();
    assert_eq!(
        (uncaught.kind(), uncaught.message()),
        (ExceptionKind::RuntimeError, "threads can only be started once")
    );
    assert_eq!(uncaught.position().map(|at| (at.line, at.column)), Some((4, 1)));
}

/// Deeper than any stack: one container in the other, freed one after the other.
#[test]
fn a_deep_list_is_freed() {
    let (_, _, ended) = everywhere("p.py", "l = []\nfor i in range(100000):\n    l = [l]\nl = None\n");
    assert_eq!(ended.leaked, 0);
}

/// There is no order with a NaN in it, and no panic either.
#[test]
fn what_has_no_order_is_sorted_somehow() {
    let program = "\
nan = float('nan')
seed = 12345
lengths = 0
for k in range(300):
    l = []
    for i in range(60):
        seed = (seed * 1103515245 + 12345) % 2147483648
        r = seed // 65536
        l.append(nan if r % 4 == 0 else float(r % 1000))
    l.sort()
    lengths += len(l) + len(sorted(l))
print(lengths)
";
    assert_eq!(everywhere("p.py", program).0, "36000\n");
}

/// 1, 1.0 and True are equal.
#[test]
fn equal_ones_are_sorted_as_they_were() {
    let (output, _, _) = everywhere("p.py", "print(sorted([2, 1, 1.0, True, 0, 1]))\n");
    assert_eq!(output, "[0, 1, 1.0, True, 1, 2]\n");
}

#[test]
fn a_knob_is_the_gils() {
    let program = "\
import sys
print(sys.getswitchinterval(), sys.getcheckinterval())
sys.setswitchinterval(0.0005)
sys.setcheckinterval(7)
print(sys.getswitchinterval(), sys.getcheckinterval())
";
    assert_eq!(run(NewGil::new(Real::new()), "p.py", program).0, "0.005 None\n0.0005 None\n");
    assert_eq!(run(OldGil::new(Real::new()), "p.py", program).0, "None 100\nNone 7\n");
    assert_eq!(run(NoGil::new(Real::new()), "p.py", program).0, "None None\nNone None\n");
}

/// Native code has its own two: they agree with each other, and with Python's.
#[test]
fn native_code_integrates() {
    let program = "\
import math
import native
def integrate(a, b, n):
    acc = 0.0
    step = (b - a) / n
    for i in range(n):
        acc += math.cos(a + i * step) * step
    return acc
here = integrate(0, 1, 1000)
print(here == native.integrate(0, 1, 1000), here == native.integrate_nogil(0, 1, 1000))
";
    assert_eq!(everywhere("p.py", program).0, "True True\n");
}

/// Several threads change the same containers, which have locks without a GIL.
#[test]
fn threads_share_containers() {
    let program = "\
import threading
l = []
d = {}
def work(k):
    for i in range(500):
        l.append((k, i))
        d[(k, i)] = l[len(l) - 1]
        s = str(l[i]) + str(k)
ts = [threading.Thread(target=work, args=(k,)) for k in range(4)]
for t in ts:
    t.start()
for t in ts:
    t.join()
print(len(l), len(d), sorted(l) == [(k, i) for k, i in sorted(list(d))])
";
    let (output, errors, ended) = everywhere("p.py", program);
    assert_eq!((output.as_str(), errors.as_str()), ("2000 2000 True\n", ""));
    assert_eq!(ended.leaked, 0);
}

/// The function `main` in as many threads as wanted, and their number.
#[test]
fn copies_of_main() {
    let program = "n = []\ndef main():\n    n.append(THREADS)\n    if len(n) == THREADS:\n        print(n)\n";
    let output = Buffer::new();
    let program = Program::compile("p.py", program).unwrap();
    assert!(program.has_main());
    Interpreter::new(NewGil::new(Real::new()))
        .output(output.clone())
        .global("THREADS", 3)
        .threads(3)
        .run(program);
    assert_eq!(output.text(), "[3, 3, 3]\n");
}
