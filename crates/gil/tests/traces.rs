//! Step-by-step traces, written by hand from the description of CPython's algorithms, with a latency as the only cost.
//! Ours must match. Their comments name the step.

use std::sync::Arc;
use std::time::Duration;

use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::{Gil, NewGil, OldGil, Platform, Point, Recorder, allow_threads};

type Seen = Recorder<Virtual>;

/// Runs two threads, A and B, with a core for each and one for main, and compares their events.
fn check<G: Gil<Platform = Virtual>>(
    trace: &str,
    gil: impl FnOnce(Virtual, Seen) -> G + Send + 'static,
    a: fn(&G, &G::Thread),
    b: fn(&G, &G::Thread),
) {
    let mut computer = Computer::ideal(3);
    computer.instruction = Duration::from_micros(1);
    computer.wake_idle = Duration::from_micros(10);
    let main = move |platform: &Virtual| {
        let recorder = Recorder::new(platform.clone());
        let gil = Arc::new(gil(platform.clone(), recorder.clone()));
        let threads = [("A", a), ("B", b)].map(|(name, program)| {
            let gil = Arc::clone(&gil);
            platform.spawn(name, move || {
                let thread = gil.thread();
                gil.take_gil(&thread);
                program(&gil, &thread);
                // SAFETY: it has taken the GIL.
                unsafe { gil.drop_gil(&thread) };
            })
        });
        threads.into_iter().for_each(|thread| platform.join(thread));
        recorder.take().to_string()
    };
    let ours = Virtual::run(computer, main).unwrap();
    let by_hand: Vec<&str> = trace.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(ours.lines().collect::<Vec<_>>(), by_hand);
}

fn instructions<G: Gil>(count: u32, gil: &G, thread: &G::Thread) {
    for _ in 0..count {
        if gil.should_yield(thread, Point::Instruction) {
            // SAFETY: it has taken the GIL.
            unsafe { gil.yield_gil(thread) };
        }
        gil.platform().executed(1);
    }
}

fn back_edges<G: Gil>(count: u32, gil: &G, thread: &G::Thread) {
    for _ in 0..count {
        gil.platform().executed(300);
        if gil.should_yield(thread, Point::BackEdge) {
            // SAFETY: it has taken the GIL.
            unsafe { gil.yield_gil(thread) };
        }
    }
}

#[test]
fn the_old_gil_is_released_and_taken_again_at_once() {
    let trace = include_str!("traces/old_gil.txt");
    check(
        trace,
        OldGil::observed,
        |gil, thread| instructions(250, gil, thread),
        |gil, thread| instructions(50, gil, thread),
    );
}

#[test]
fn the_new_gil_forces_a_switch_when_asked() {
    let trace = include_str!("traces/new_gil.txt");
    check(
        trace,
        NewGil::observed,
        |gil, thread| back_edges(20, gil, thread),
        |gil, thread| back_edges(5, gil, thread),
    );
}

#[test]
fn the_new_gil_is_taken_again_at_once_after_io() {
    let trace = include_str!("traces/retaken.txt");
    let a = |gil: &NewGil<Virtual, Seen>, thread: &_| {
        gil.platform().executed(1000);
        // SAFETY: it has taken the GIL, and touches no object.
        unsafe { allow_threads(gil, thread, || gil.platform().executed(5)) };
        back_edges(18, gil, thread);
    };
    check(trace, NewGil::observed, a, |gil, thread| back_edges(1, gil, thread));
}

/// The events of many threads under the new GIL, for a while.
fn crowd(seed: u64) -> String {
    let computer = Computer { seed, ..Computer::ideal(4) };
    Virtual::run(computer, |platform: &Virtual| {
        let recorder = Recorder::new(platform.clone());
        let gil = Arc::new(NewGil::observed(platform.clone(), recorder.clone()));
        let threads = [(); 6].map(|()| {
            let gil = Arc::clone(&gil);
            platform.spawn("spinner", move || {
                let thread = gil.thread();
                gil.take_gil(&thread);
                for _ in 0..200 {
                    gil.platform().executed(10_000);
                    if gil.should_yield(&thread, Point::BackEdge) {
                        // SAFETY: it has taken the GIL.
                        unsafe { gil.yield_gil(&thread) };
                    }
                }
                // SAFETY: it has taken the GIL.
                unsafe { gil.drop_gil(&thread) };
            })
        });
        threads.into_iter().for_each(|thread| platform.join(thread));
        format!("{:?}", recorder.take())
    })
    .unwrap()
}

#[test]
fn the_same_seed_gives_the_same_events() {
    assert_eq!(crowd(1), crowd(1));
    assert_ne!(crowd(1), crowd(2));
}
