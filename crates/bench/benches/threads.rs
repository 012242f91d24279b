//! Single items of lesson 1, to watch for regressions: `cargo bench --bench threads`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ungil_threads::{Limit, Local, StopSource, current, spawn};

fn threads(c: &mut Criterion) {
    c.bench_function("spawn, join", |b| b.iter(|| *spawn(|| ()).join().expect("no panic")));
    c.bench_function("current", |b| b.iter(current));

    let finished = spawn(|| 1);
    finished.join().expect("no panic");
    c.bench_function("join a finished thread", |b| b.iter(|| black_box(finished.join())));
    let (_source, stop) = StopSource::new();
    let limit = Limit::from(&stop);
    c.bench_function("join a finished thread, with a stop token", |b| {
        b.iter(|| black_box(finished.join_until(limit.clone())))
    });

    c.bench_function("poll a stop", |b| b.iter(|| black_box(&stop).stop_requested()));
    c.bench_function("register a callback and take it back", |b| b.iter(|| drop(stop.on_stop(|| ()))));

    let local = Local::new(|| 0_u64);
    c.bench_function("use a local", |b| b.iter(|| local.with(|count| *count += 1)));
}

criterion_group!(benches, threads);
criterion_main!(benches);
