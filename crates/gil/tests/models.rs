//! Models of what may go wrong around a GIL: two threads have it, or a thread waits for ever. Each has a row in
//! mutations.toml that makes it fail. A wait for the GIL may time out at any step here, so every request for it comes
//! at every moment.
//!
//! `cargo xtask test models` builds and runs them.
#![cfg(ungil_model)]

// Beside this file, cargo would take it for a test of its own.
#[path = "models/machine.rs"]
mod machine;

use std::time::Duration;

use interleave::cell::UnsafeCell;
use interleave::sync::Arc;
use interleave::sync::atomic::{AtomicU32, Ordering};
use interleave::{Backend, Model};
use ungil_gil::platform::Checked;
use ungil_gil::{Gil, NewGil, OldGil, Platform, Point, allow_threads};

/// How often a thread may ask for the GIL. A second request to the same holder changes nothing; the second time is for
/// another holder.
const TIME_OUTS: u32 = 2;

/// Proves `f` over all executions; `--nocapture` shows what was searched.
fn check(model: &str, f: impl Fn() + Send + Sync + 'static) {
    prove(model, Model::new(), f);
}

/// Proves `f` over all executions with at most `k` preemptions.
fn check_at_most(k: usize, model: &str, f: impl Fn() + Send + Sync + 'static) {
    prove(model, Model::new().preemption_bound(k), f);
}

/// Runs random executions of `f`, the same each time.
fn sample(model: &str, executions: usize, f: impl Fn() + Send + Sync + 'static) {
    let settings = Model::new().backend(Backend::Shuttle).seed(5).executions(executions);
    match settings.time(Duration::from_secs(120)).search(f) {
        Ok(explored) => println!("{model}: {explored}"),
        Err(failure) => panic!("{failure}"),
    }
}

fn prove(model: &str, settings: Model, f: impl Fn() + Send + Sync + 'static) {
    println!("{model}: {}", settings.time(Duration::from_secs(120)).prove(f));
}

/// An object that the GIL protects.
struct Object(UnsafeCell<u32>);

impl Object {
    fn change(&self) {
        // SAFETY: the checker fails the model if another thread is here.
        self.0.with_mut(|value| unsafe { *value += 1 });
    }

    fn value(&self) -> u32 {
        // SAFETY: the checker fails the model if another thread is here.
        self.0.with(|value| unsafe { *value })
    }
}

// SAFETY: see above.
unsafe impl Sync for Object {}

/// The code that a thread runs with the GIL.
type Program<G> = fn(&G, &<G as Gil>::Thread, &Object);

/// Main and other threads run a program each, under one GIL. Returns the object's value at the end.
fn together<G: Gil<Platform = Checked>>(gil: fn(Checked) -> G, programs: &[Program<G>]) -> u32 {
    let platform = Checked::new().time_outs(TIME_OUTS);
    let shared = Arc::new((gil(platform.clone()), Object(UnsafeCell::new(0))));
    let run = |shared: &(G, Object), program: Program<G>| {
        let (gil, object) = shared;
        let thread = gil.thread();
        gil.take_gil(&thread);
        program(gil, &thread, object);
        // SAFETY: it has taken the GIL.
        unsafe { gil.drop_gil(&thread) };
    };
    let (first, others) = programs.split_first().expect("a program for main");
    let others: Vec<_> = others
        .iter()
        .map(|&program| {
            let shared = Arc::clone(&shared);
            platform.spawn("other", move || run(&shared, program))
        })
        .collect();
    run(&shared, *first);
    others.into_iter().for_each(|other| platform.join(other));
    shared.1.value()
}

/// One change.
fn change<G: Gil>(_: &G, _: &G::Thread, object: &Object) {
    object.change();
}

/// Two changes, and between them what the evaluation loop does.
fn change_twice<G: Gil>(gil: &G, thread: &G::Thread, object: &Object) {
    object.change();
    if gil.should_yield(thread, Point::Instruction) || gil.should_yield(thread, Point::BackEdge) {
        // SAFETY: it has taken the GIL.
        unsafe { gil.yield_gil(thread) };
    }
    object.change();
}

/// Two changes, and between them input or output.
fn change_around_io<G: Gil>(gil: &G, thread: &G::Thread, object: &Object) {
    object.change();
    // SAFETY: it has taken the GIL, and touches no object.
    unsafe { allow_threads(gil, thread, || ()) };
    object.change();
}

/// Should yield at every instruction.
fn hasty(platform: Checked) -> OldGil<Checked> {
    let gil = OldGil::new(platform);
    gil.set_check_interval(0);
    // The ticker is set to that when it has run out.
    while !gil.should_yield(&0, Point::Instruction) {}
    gil
}

#[test]
fn the_old_gil_of_two() {
    check("the old GIL of two threads", || {
        assert_eq!(together(hasty, &[change_twice, change_twice]), 4);
    });
}

#[test]
fn the_old_gil_of_three() {
    check_at_most(3, "the old GIL of three threads", || {
        assert_eq!(together(hasty, &[change_twice, change, change]), 4);
    });
}

#[test]
fn the_new_gil_of_two() {
    check("the new GIL of two threads", || {
        assert_eq!(together(NewGil::new, &[change_twice, change]), 3);
    });
}

#[test]
fn the_new_gil_of_two_that_both_switch() {
    check_at_most(4, "the new GIL of two threads that both switch", || {
        assert_eq!(together(NewGil::new, &[change_twice, change_twice]), 4);
    });
}

#[test]
fn the_new_gil_is_released_for_io() {
    check("the new GIL, released for I/O", || {
        assert_eq!(together(NewGil::new, &[change_around_io, change]), 3);
    });
}

/// At most 3 preemptions are 18,667 executions, and half a minute.
#[test]
fn the_new_gil_of_three() {
    check_at_most(2, "the new GIL of three threads", || {
        assert_eq!(together(NewGil::new, &[change_twice, change, change]), 4);
    });
}

// ---- more threads than can be searched, at random

/// Code for the holder of the GIL. Two holders at once notice each other, also if the checker does not watch the
/// memory.
struct Alone(AtomicU32);

impl Alone {
    fn check(&self) {
        assert_eq!(self.0.fetch_add(1, Ordering::Relaxed), 0, "two have the GIL");
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Four threads, two of which are in I/O between two turns.
fn at_random<G: Gil<Platform = Checked>>(model: &str, gil: fn(Checked) -> G) {
    sample(model, 2000, move || {
        let platform = Checked::new().time_outs(TIME_OUTS);
        let shared = Arc::new((gil(platform.clone()), Alone(AtomicU32::new(0))));
        let threads = [false, true, false, true].map(|io| {
            let shared = Arc::clone(&shared);
            platform.spawn("thread", move || {
                let (gil, alone) = &*shared;
                let thread = gil.thread();
                gil.take_gil(&thread);
                for _ in 0..3 {
                    alone.check();
                    if io {
                        // SAFETY: it has taken the GIL, and touches no object.
                        unsafe { allow_threads(gil, &thread, || ()) };
                    } else if gil.should_yield(&thread, Point::Instruction)
                        || gil.should_yield(&thread, Point::BackEdge)
                    {
                        // SAFETY: it has taken the GIL.
                        unsafe { gil.yield_gil(&thread) };
                    }
                }
                alone.check();
                // SAFETY: it has taken the GIL.
                unsafe { gil.drop_gil(&thread) };
            })
        });
        threads.into_iter().for_each(|thread| platform.join(thread));
    });
}

#[test]
fn the_old_gil_at_random() {
    at_random("the old GIL of four threads", hasty);
}

#[test]
fn the_new_gil_at_random() {
    at_random("the new GIL of four threads", NewGil::new);
}
