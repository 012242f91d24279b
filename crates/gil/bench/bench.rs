//! Lesson 5: the interpreter beside CPython, the eval breaker beside a plain load, virtual switches beside real ones.
//!
//! What was learnt:
//! - Of CPython's speed in a loop half comes from where things lie: with the stack's end and the variables in registers
//!   ours takes as long as CPython 3.11, with both in memory half as long again.
//! - An integer that is made before there is a place for it is copied there, and the copy waits for the parts that were
//!   just written.
//! - On one CPU a real switch takes 4 ms, whatever the interval: the holder looks at the request when the kernel lets it
//!   run again. So that row runs where it likes.

use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ungil_gil::platform::{Computer, Real, Virtual};
use ungil_gil::{Gil, Interpreter, NewGil, NoGil, OldGil, Platform, Point, Program};

use crate::duel::{Bench, Lap, Run, time};
use crate::placement::Placement;

/// Both run it. The slide's countdown without its waiting; what it does in a turn is what there is to compare.
const COUNTDOWN: &str = "
def countdown(n):
    while n > 0:
        n -= 1

countdown(N)
";

/// What the goal speaks of comes first; others stand for it where it is not there.
const PYTHONS: [&str; 6] = ["3.11", "3.10", "3.12", "3.13", "3.14", "3"];

/// All rows of the lesson.
pub fn benches() -> Vec<Bench> {
    let mut all = Vec::new();
    match python() {
        Some((python, name)) => all.push(Bench {
            what: "countdown, a turn of the loop",
            must: Some(1.10),
            placements: &[Placement::OneCore],
            ours: countdown(|| NewGil::new(Real::new())),
            peers: vec![(name, cpython(python))],
            steps: vec![
                ("old GIL", countdown(|| OldGil::new(Real::new()))),
                ("no GIL", countdown(|| NoGil::new(Real::new()))),
            ],
        }),
        None => eprintln!("ungil-bench: no CPython is found; the countdown is left out"),
    }
    all.push(Bench {
        what: "the eval breaker, not set",
        must: Some(1.10),
        placements: &[Placement::OneCore],
        ours: Box::new(|_, n| {
            let gil = NewGil::new(Real::new());
            let thread = gil.thread();
            time(n, || black_box(black_box(&gil).should_yield(black_box(&thread), Point::BackEdge)))
        }),
        peers: vec![(
            "a relaxed load",
            Box::new(|_, n| {
                let flag = Arc::new(AtomicBool::new(false));
                // Ours is handed the GIL as well, of which it uses the flag alone.
                let gil = ();
                time(n, || {
                    black_box(&gil);
                    black_box(black_box(&flag).load(Ordering::Relaxed))
                })
            }),
        )],
        steps: vec![],
    });
    all.push(Bench {
        what: "the GIL goes from thread to thread",
        must: None,
        placements: &[Placement::Free],
        ours: Box::new(|_, n| virtual_switches(n)),
        peers: vec![("on real threads", Box::new(|_, n| real_switches(n)))],
        steps: vec![],
    });
    all
}

fn countdown<G: Gil>(gil: impl Fn() -> G + 'static) -> Run {
    let program = Arc::new(Program::compile("countdown.py", COUNTDOWN).expect("it is a program"));
    Box::new(move |_, n| {
        let interpreter = Interpreter::new(gil()).global("N", n as i64);
        let program = Arc::clone(&program);
        let begun = Instant::now();
        let ended = interpreter.run(program);
        let took = begun.elapsed();
        assert!(ended.uncaught.is_none(), "{ended:?}");
        took.into()
    })
}

/// The clock runs in CPython, around the loop alone.
fn cpython(python: String) -> Run {
    Box::new(move |_, n| {
        let timed = format!(
            "N = {n}\nimport time\nbegun = time.perf_counter_ns()\n{COUNTDOWN}\nprint(time.perf_counter_ns() - begun)"
        );
        let output = Command::new(&python).args(["-c", &timed]).output().expect("it ran a moment ago");
        let text = String::from_utf8_lossy(&output.stdout);
        let nanoseconds = text.trim().parse().expect("it prints how long it took");
        Lap::from(Duration::from_nanos(nanoseconds))
    })
}

/// The first of [`PYTHONS`] that runs, and how the table calls it.
fn python() -> Option<(String, &'static str)> {
    PYTHONS.into_iter().find_map(|version| {
        let python = format!("python{version}");
        let output = Command::new(&python)
            .args([
                "-c",
                "import platform; print(platform.python_implementation(), platform.python_version())",
            ])
            .output()
            .ok()?;
        let name = String::from_utf8(output.stdout).ok()?;
        // Once in a process that ends soon.
        (output.status.success() && name.starts_with("CPython"))
            .then(|| (python, &*name.trim().to_owned().leak()))
    })
}

/// Two threads that compute, in virtual time: one asks for the GIL, the other gives it away.
fn virtual_switches(n: u64) -> Lap {
    let begun = Instant::now();
    let ended = Virtual::run(Computer::ideal(2), move |platform| {
        // A back edge each millisecond.
        two_threads(&Arc::new(NewGil::new(platform.clone())), n, |platform| platform.executed(50_000));
    });
    assert!(ended.is_ok(), "{ended:?}");
    begun.elapsed().into()
}

/// The same on real threads, as often as an interval of a microsecond allows.
fn real_switches(n: u64) -> Lap {
    let gil = NewGil::new(Real::new());
    gil.set_interval(Duration::from_micros(1));
    let begun = Instant::now();
    two_threads(&Arc::new(gil), n, |_| {});
    begun.elapsed().into()
}

/// Until each of two threads has passed the GIL on for `n / 2` times.
fn two_threads<P: Platform>(gil: &Arc<NewGil<P>>, n: u64, compute: fn(&P)) {
    let threads = [(); 2].map(|()| {
        let gil = Arc::clone(gil);
        gil.platform().clone().spawn("spinner", move || {
            let thread = gil.thread();
            gil.take_gil(&thread);
            let mut switches = 0;
            while switches < n / 2 {
                compute(gil.platform());
                if gil.should_yield(&thread, Point::BackEdge) {
                    switches += 1;
                    // SAFETY: it has taken the GIL.
                    unsafe { gil.yield_gil(&thread) };
                }
            }
            // SAFETY: as above.
            unsafe { gil.drop_gil(&thread) };
        })
    });
    threads.into_iter().for_each(|thread| gil.platform().join(thread));
}
