//! Our side of rows.toml: one line a row, "key<TAB>value".

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use ungil_threads::{Thread, spawn};

const ROUNDS: usize = 100;

fn work() {}

fn cycle() -> Thread<()> {
    let t = spawn(work);
    t.join().expect("no panic");
    t
}

/// The median of f's times.
fn microseconds(f: impl Fn()) -> String {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            f();
            begun.elapsed()
        })
        .collect();
    times.sort();
    format!("{:.1} us", times[ROUNDS / 2].as_secs_f64() * 1e6)
}

fn main() {
    let first = cycle();
    println!("name\t{}", first.name());
    println!("ident\t{}", first.ident().expect("it was started"));
    let idents: BTreeSet<_> = (0..ROUNDS).map(|_| cycle().ident()).collect();
    println!("again\t{}", if idents.len() < ROUNDS { "used again" } else { "not used again" });
    println!("rejoin\t{}", microseconds(|| drop(first.join())));
    println!("result\t{:?}", spawn(|| "the result").join().expect("no panic"));
}
