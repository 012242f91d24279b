//! What an answer to "the drop request" has to do.
//!
//! When a thread is asked is a question of time, and virtual time answers it exactly; that no order of events lets two
//! threads in is searched by the model checker.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use interleave::sync::Arc;
use interleave::sync::atomic::AtomicU32;
use interleave::{Model, SearchResult, thread};
use ungil_gil::Platform;
use ungil_gil::platform::{Checked, Virtual};

use super::answer::NewGil;

#[path = "../simulate.rs"]
mod simulate;

use simulate::simulate;

const INTERVAL: Duration = Duration::from_millis(5);

/// How long a thread computes between two looks at the request.
const STEP: Duration = Duration::from_micros(100);

/// A time in which a thread has the GIL. The thread gives it to no other.
#[derive(Clone, Copy, Debug)]
struct Turn {
    from: Duration,
    /// When it saw that it was asked.
    asked: Option<Duration>,
}

/// Threads that want the GIL.
#[derive(Clone)]
struct Scene {
    platform: Virtual,
    gil: Arc<NewGil<Virtual>>,
    turns: Arc<Mutex<Vec<Turn>>>,
}

impl Scene {
    /// Takes the GIL, computes for this time, and releases it.
    fn turn(&self, me: usize, time: Duration) {
        self.gil.take(me);
        let from = self.platform.now();
        let mut asked = None;
        while self.platform.now() < from + time {
            self.platform.compute(STEP);
            if self.gil.drop_requested() {
                asked.get_or_insert(self.platform.now());
            }
        }
        self.turns.lock().unwrap_or_else(PoisonError::into_inner).push(Turn { from, asked });
        self.gil.release();
    }
}

/// The turns in their order. Main has the GIL for these times in milliseconds, one right after the other. `others`
/// threads want the GIL from the beginning, and each has it for two intervals.
fn turns(others: usize, main: &'static [u64]) -> Vec<Turn> {
    simulate(1 + others, move |platform| {
        let gil = Arc::new(NewGil::new(platform.clone(), INTERVAL));
        let scene = Scene { platform: platform.clone(), gil, turns: Arc::default() };
        let other = |me| {
            let scene = scene.clone();
            platform.spawn("other", move || {
                // So that main is first.
                scene.platform.sleep(Duration::from_nanos(1));
                scene.turn(me, 2 * INTERVAL);
            })
        };
        let others: Vec<_> = (1..=others).map(other).collect();
        for &milliseconds in main {
            scene.turn(0, Duration::from_millis(milliseconds));
        }
        others.into_iter().for_each(|other| platform.join(other));
        let mut turns = std::mem::take(&mut *scene.turns.lock().unwrap_or_else(PoisonError::into_inner));
        turns.sort_by_key(|turn| turn.from);
        turns
    })
}

fn nobody_is_asked_before_an_interval() {
    let main = turns(1, &[20])[0];
    assert!(
        main.asked.is_none_or(|asked| asked >= INTERVAL),
        "asked before an interval has passed: {main:?}"
    );
}

fn who_has_asked_still_waits() {
    let other = turns(1, &[20])[1];
    assert!(other.from >= Duration::from_millis(20), "main had the GIL, and another one took it: {other:?}");
}

fn after_an_interval_the_holder_is_asked() {
    let main = turns(1, &[20])[0];
    assert!(
        main.asked.is_some_and(|asked| asked <= INTERVAL + STEP),
        "not asked after an interval: {main:?}"
    );
}

fn the_request_is_over_when_the_gil_is_taken() {
    let other = turns(1, &[20])[1];
    assert_eq!(other.asked, None, "nobody waits, and the holder is asked");
}

fn who_waits_has_it_as_soon_as_it_is_released() {
    let other = turns(1, &[1])[1];
    let late = other.from - Duration::from_millis(1);
    assert!(late <= STEP, "released after 1 ms, and taken by the one who waits {late:?} later");
}

fn who_wakes_in_vain_has_not_waited_for_an_interval() {
    let again = turns(1, &[1, 20])[1];
    let asked = again.asked;
    assert!(asked.is_none_or(|asked| asked >= INTERVAL), "asked before an interval has passed: {again:?}");
}

fn a_switch_begins_a_new_interval() {
    let second = turns(2, &[4])[1];
    let after = second.asked.map(|asked| asked - second.from);
    // The wait of the third is over a moment after the switch. It may wait for an interval from then on, as in
    // CPython, or until one has passed since the switch.
    assert!(after.is_some_and(|after| after >= INTERVAL), "asked {after:?} after the switch");
}

fn to_take_it_again_is_no_switch() {
    let again = turns(2, &[4, 20])[1];
    let asked = again.asked;
    assert!(
        asked.is_some_and(|asked| asked <= INTERVAL + STEP),
        "a thread has waited for an interval in which only main had the GIL, and main was asked at {asked:?}"
    );
}

/// The lecture's counter, with the GIL for its lock.
fn two_count() {
    let gil = Arc::new(NewGil::new(Checked::new().time_outs(1), INTERVAL));
    let value = Arc::new(AtomicU32::new(0));
    let increment = {
        let value = Arc::clone(&value);
        move |me| {
            gil.take(me);
            // Two steps: another thread may come in between, if there are two with the GIL.
            let seen = value.load(Relaxed);
            value.store(seen + 1, Relaxed);
            gil.release();
        }
    };
    let other = thread::spawn({
        let increment = increment.clone();
        move || increment(1)
    });
    increment(0);
    other.join().unwrap();
    assert_eq!(value.load(Relaxed), 2, "two threads had the GIL, and an addition is lost");
}

fn one_thread_at_a_time_has_it() -> SearchResult {
    Model::new().search(two_count)
}

fn the_holder_sees_the_request() -> SearchResult {
    Model::new().search(|| {
        let gil = Arc::new(NewGil::new(Checked::new().time_outs(1), INTERVAL));
        gil.take(0);
        let other = thread::spawn({
            let gil = Arc::clone(&gil);
            move || {
                gil.take(1);
                gil.release();
            }
        });
        while !gil.drop_requested() {
            thread::yield_now();
        }
        gil.release();
        other.join().unwrap();
    })
}

harness::suite! {
    "5/2": nobody_is_asked_before_an_interval, who_has_asked_still_waits, after_an_interval_the_holder_is_asked,
    the_request_is_over_when_the_gil_is_taken, who_waits_has_it_as_soon_as_it_is_released,
    who_wakes_in_vain_has_not_waited_for_an_interval, a_switch_begins_a_new_interval, to_take_it_again_is_no_switch,
    one_thread_at_a_time_has_it, the_holder_sees_the_request; two_count
}
