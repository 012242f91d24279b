//! Lesson 1: a thread's whole life beside std's, the stop token, the local.
//!
//! What the measurements showed:
//! - A join that waits first for the result and then for the operating system's thread costs a second switch
//!   between threads: 10 of 38 microseconds on one core. Now the first joiner waits only for the operating system's
//!   thread.
//! - Half of the instructions that a spawn took beyond std's made the name. Now the target's name is a slice of the
//!   type's name, not a copy.
//! - A use of a `Local` changes two reference counts and takes an uncontended lock: the price of a value that any thread
//!   may drop. The crate `thread_local` keeps all values until the whole local is dropped.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ungil_threads::{Local, StopSource};

use crate::duel::{Bench, Run, time};
use crate::placement::Placement;

/// All rows of the lesson.
pub fn benches() -> Vec<Bench> {
    vec![
        Bench {
            what: "spawn, join",
            must: Some(1.10),
            placements: Placement::ALL,
            ours: spawn_join(OURS, 1),
            peers: vec![("std", spawn_join(STD, 1)), ("std, named", spawn_join(STD_NAMED, 1))],
            steps: vec![],
        },
        Bench {
            what: "spawn 8, join 8",
            must: Some(1.10),
            placements: Placement::ALL,
            ours: spawn_join(OURS, 8),
            peers: vec![("std", spawn_join(STD, 8)), ("std, named", spawn_join(STD_NAMED, 8))],
            steps: vec![],
        },
        Bench {
            what: "poll a stop",
            must: Some(1.10),
            placements: &[Placement::OneCore],
            ours: Box::new(|_, n| {
                let (_source, stop) = StopSource::new();
                time(n, || black_box(black_box(&stop).stop_requested()))
            }),
            peers: vec![(
                "AtomicBool",
                Box::new(|_, n| {
                    let stop = Arc::new(AtomicBool::new(false));
                    time(n, || black_box(black_box(&stop).load(Ordering::Acquire)))
                }),
            )],
            steps: vec![],
        },
        Bench {
            what: "use a local",
            must: None,
            placements: &[Placement::OneCore],
            ours: Box::new(|_, n| {
                let local = Local::new(|| 0_u64);
                time(n, || local.with(|count| *count = black_box(*count + 1)))
            }),
            peers: vec![(
                "thread_local",
                Box::new(|_, n| {
                    let local = thread_local::ThreadLocal::new();
                    time(n, || {
                        let count = local.get_or(|| std::cell::Cell::new(0_u64));
                        count.set(black_box(count.get() + 1));
                    })
                }),
            )],
            steps: vec![],
        },
    ]
}

/// Spawns `count` threads and joins them, until `n` threads have run.
fn spawn_join<H: 'static>(library: Library<H>, count: usize) -> Run {
    Box::new(move |placement, n| {
        let mut threads = Vec::with_capacity(count);
        time(n.div_ceil(count as u64), || {
            threads.extend((1..=count).map(|i| (library.spawn)(placement, i)));
            threads.drain(..).for_each(library.join);
        })
    })
}

struct Library<H> {
    /// Spawns the `i`th thread, which does nothing but pin itself.
    spawn: fn(Placement, usize) -> H,
    join: fn(H),
}

const OURS: Library<ungil_threads::Thread<()>> = Library {
    spawn: |placement, i| ungil_threads::spawn(move || placement.pin(i)),
    join: |thread| *thread.join().expect("no panic"),
};

const STD: Library<std::thread::JoinHandle<()>> = Library {
    spawn: |placement, i| std::thread::spawn(move || placement.pin(i)),
    join: |thread| thread.join().expect("no panic"),
};

/// With a name, which all threads of ours have: one more system call.
const STD_NAMED: Library<std::thread::JoinHandle<()>> = Library {
    spawn: |placement, i| {
        let named = std::thread::Builder::new().name(format!("Thread-{i} (named)"));
        named.spawn(move || placement.pin(i)).expect("a thread")
    },
    ..STD
};
