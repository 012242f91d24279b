//! Lesson 1: a thread's whole life beside std's, the stop token, the local.

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
            only: None,
            ours: spawn_join(OURS, 1),
            peers: vec![("std", spawn_join(STD, 1))],
        },
        Bench {
            what: "spawn 8, join 8",
            must: Some(1.10),
            only: None,
            ours: spawn_join(OURS, 8),
            peers: vec![("std", spawn_join(STD, 8))],
        },
        Bench {
            what: "poll a stop",
            must: Some(1.10),
            only: Some(Placement::OneCore),
            ours: Box::new(|_, n| {
                let (_source, stop) = StopSource::new();
                time(n, || black_box(black_box(&stop).stop_requested()))
            }),
            peers: vec![(
                "Arc<AtomicBool>",
                Box::new(|_, n| {
                    let stop = Arc::new(AtomicBool::new(false));
                    time(n, || black_box(black_box(&stop).load(Ordering::Acquire)))
                }),
            )],
        },
        Bench {
            what: "use a local",
            must: None,
            only: Some(Placement::OneCore),
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
        },
    ]
}

/// Spawns `count` threads and joins them, `n` times over `count` threads.
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
