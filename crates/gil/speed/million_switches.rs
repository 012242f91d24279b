//! A million switches of the new GIL between two threads, in virtual time: how long the simulation takes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::{Gil, NewGil, Platform, Point};

const SWITCHES: u32 = 1_000_000;

fn main() {
    let begun = Instant::now();
    let virtual_time = Virtual::run(Computer::ideal(2), |platform: &Virtual| {
        let gil = Arc::new(NewGil::new(platform.clone()));
        let spinners = [(); 2].map(|()| {
            let gil = Arc::clone(&gil);
            platform.spawn("spinner", move || {
                let thread = gil.thread();
                gil.take_gil(&thread);
                let mut switches = 0;
                while switches < SWITCHES / 2 {
                    // A back edge each millisecond.
                    gil.platform().executed(50_000);
                    if gil.should_yield(&thread, Point::BackEdge) {
                        switches += 1;
                        // SAFETY: it has taken the GIL.
                        unsafe { gil.yield_gil(&thread) };
                    }
                }
                // SAFETY: it has taken the GIL.
                unsafe { gil.drop_gil(&thread) };
            })
        });
        spinners.into_iter().for_each(|spinner| platform.join(spinner));
        platform.now()
    });
    let took: Duration = begun.elapsed();
    match virtual_time {
        Ok(time) => println!("{SWITCHES} switches in {time:?} of virtual time: {took:.2?}"),
        Err(failure) => println!("{failure}"),
    }
}
