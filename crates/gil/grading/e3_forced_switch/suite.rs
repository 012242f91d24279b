//! What an answer to "the forced switch" has to do.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use interleave::sync::Arc;
use interleave::sync::atomic::AtomicBool;
use interleave::{Model, SearchResult, thread};
use ungil_gil::Platform;
use ungil_gil::platform::{Checked, Virtual};

use super::answer::NewGil;

#[path = "../simulate.rs"]
mod simulate;

use simulate::simulate;

fn whoever_is_alone_gets_it_again_and_again() -> SearchResult {
    Model::new().search(|| {
        let gil = NewGil::new(Checked::new(), Duration::from_millis(5));
        for _ in 0..2 {
            gil.take(0);
            gil.release(0);
        }
    })
}

/// Main is asked for the GIL, releases it, and takes it again.
fn asked(interval: Duration) {
    let gil = Arc::new(NewGil::new(Checked::new().time_outs(1), interval));
    gil.take(0);
    let had_it = Arc::new(AtomicBool::new(false));
    let other = thread::spawn({
        let (gil, had_it) = (Arc::clone(&gil), Arc::clone(&had_it));
        move || {
            gil.take(1);
            had_it.store(true, Relaxed);
            gil.release(1);
        }
    });
    while !gil.drop_requested() {
        thread::yield_now();
    }
    gil.release(0);
    gil.take(0);
    assert!(had_it.load(Relaxed), "main was asked for the GIL, and has taken it again before who has asked");
    gil.release(0);
    other.join().unwrap();
}

fn who_has_asked_is_the_next() -> SearchResult {
    Model::new().preemption_bound(2).search(|| asked(Duration::from_millis(5)))
}

fn a_wake_up_for_no_reason_is_no_switch() -> SearchResult {
    Model::new().preemption_bound(1).spurious(true).search(|| asked(Duration::from_millis(5)))
}

const INTERVAL: Duration = Duration::from_millis(5);

/// How long a thread computes between two looks at the request.
const STEP: Duration = Duration::from_micros(100);

/// Computes until then, and drops the GIL on request. Notes which thread gets it, and when.
fn spin(platform: &Virtual, gil: &NewGil<Virtual>, me: usize, until: Duration) -> Vec<(Duration, usize)> {
    let mut turns = Vec::new();
    gil.take(me);
    turns.push((platform.now(), me));
    while platform.now() < until {
        platform.compute(STEP);
        if gil.drop_requested() {
            gil.release(me);
            gil.take(me);
            turns.push((platform.now(), me));
        }
    }
    gil.release(me);
    turns
}

fn who_was_not_asked_does_not_stand_back() {
    simulate(2, |platform| {
        let gil = Arc::new(NewGil::new(platform.clone(), INTERVAL));
        let had_it = Arc::new(AtomicBool::new(false));
        gil.take(0);
        let other = platform.spawn("other", {
            let (gil, had_it) = (Arc::clone(&gil), Arc::clone(&had_it));
            move || {
                gil.take(1);
                had_it.store(true, Relaxed);
                gil.release(1);
            }
        });
        // It waits by now, and not for an interval yet.
        platform.sleep(INTERVAL / 2);
        gil.release(0);
        gil.take(0);
        assert!(!had_it.load(Relaxed), "main was not asked, and has stood back when it released the GIL");
        gil.release(0);
        platform.join(other);
    });
}

fn spinners_take_turns_of_an_interval() {
    let until = 20 * INTERVAL;
    let turns = simulate(2, move |platform| {
        let gil = Arc::new(NewGil::new(platform.clone(), INTERVAL));
        let of_other = Arc::new(Mutex::new(Vec::new()));
        let other = platform.spawn("other", {
            let (platform, gil, of_other) = (platform.clone(), Arc::clone(&gil), Arc::clone(&of_other));
            move || {
                let turns = spin(&platform, &gil, 1, until);
                *of_other.lock().unwrap_or_else(PoisonError::into_inner) = turns;
            }
        });
        let mut turns = spin(platform, &gil, 0, until);
        platform.join(other);
        turns.append(&mut of_other.lock().unwrap_or_else(PoisonError::into_inner));
        turns.sort();
        turns
    });
    // At the end no thread gives it away any more.
    for pair in turns.windows(2).filter(|pair| pair[1].0 < until - INTERVAL) {
        let [(from, one), (to, other)] = pair else { unreachable!("there are two in a pair") };
        assert_ne!(one, other, "at {to:?} a thread takes the GIL that has just released it");
        assert!((INTERVAL..=INTERVAL + 2 * STEP).contains(&(*to - *from)), "a turn from {from:?} to {to:?}");
    }
    assert!(turns.len() > 10, "in 20 intervals there were turns at {turns:?}");
}

/// How long input and output take. Not a multiple of the others, so that its end is no moment at which something else
/// happens.
const IO: Duration = Duration::from_micros(333);

/// The mean wait of a thread that comes back from input or output, beside `spinners` computing threads.
fn mean_wait(spinners: usize) -> Duration {
    const WAITS: u32 = 200;
    simulate(1 + spinners, move |platform| {
        let gil = Arc::new(NewGil::new(platform.clone(), INTERVAL));
        let until = WAITS * INTERVAL;
        for me in 1..=spinners {
            let (platform, gil) = (platform.clone(), Arc::clone(&gil));
            platform.clone().spawn("spinner", move || drop(spin(&platform, &gil, me, until)));
        }
        let (mut waited, mut waits) = (Duration::ZERO, 0);
        gil.take(0);
        while platform.now() < until {
            gil.release(0);
            platform.sleep(IO);
            let returned = platform.now();
            gil.take(0);
            waited += platform.now() - returned;
            waits += 1;
        }
        gil.release(0);
        waited / waits
    })
}

fn who_comes_back_from_io_waits_an_interval_for_each_spinner() {
    for spinners in 1..=2_u32 {
        let (mean, expected) = (mean_wait(spinners as usize), spinners * INTERVAL);
        let ratio = mean.as_secs_f64() / expected.as_secs_f64();
        assert!(
            (0.9..=1.1).contains(&ratio),
            "beside {spinners} spinners a wait takes {mean:?}, not {expected:?}"
        );
    }
}

/// Real threads, once: for wrong answers that real threads do not catch.
fn stress() {
    asked(Duration::from_micros(20));
}

harness::suite! {
    "5/3": whoever_is_alone_gets_it_again_and_again, who_has_asked_is_the_next, a_wake_up_for_no_reason_is_no_switch,
    who_was_not_asked_does_not_stand_back, spinners_take_turns_of_an_interval,
    who_comes_back_from_io_waits_an_interval_for_each_spinner; stress
}
