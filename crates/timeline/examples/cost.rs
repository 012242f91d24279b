//! What recording costs, in nanoseconds.
//!
//!     cargo run --release -p ungil-timeline --example cost

use std::{hint::black_box, time::Instant};
use ungil_timeline::Timeline;

const EVENTS: u32 = 200_000;

fn main() {
    let timeline = Timeline::new();
    let (a, b) = (timeline.lane("a"), timeline.lane("b"));
    measure("span", || a.span("label").end());
    measure("instant", || a.instant("label"));
    measure("arrow", || a.arrow(&b, "label"));
    measure("reading the clock once", || {
        black_box(Instant::now());
    });
}

fn measure(what: &str, mut event: impl FnMut()) {
    let start = Instant::now();
    (0..EVENTS).for_each(|_| event());
    println!("{what}: {} ns", start.elapsed().as_nanos() / u128::from(EVENTS));
}
