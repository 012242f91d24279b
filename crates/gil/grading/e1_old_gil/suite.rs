//! What an answer to "the old GIL" has to do.
//!
//! An answer is generic over the platform, as the course's own policies are: the model checker searches it here, and
//! virtual time shows what becomes of two threads on two cores.

use std::sync::atomic::AtomicBool as Outside;
use std::time::Duration;

use interleave::sync::Arc;
use interleave::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use interleave::{Model, SearchResult, thread};
use ungil_gil::Platform;
use ungil_gil::platform::Checked;

use super::answer::OldGil;

#[path = "../simulate.rs"]
mod simulate;

use simulate::simulate;

type Gil = OldGil<Checked>;

/// Short, so that a model with three periods is small.
const CHECK_INTERVAL: u32 = 5;

fn gil() -> Gil {
    Gil::new(Checked::new(), CHECK_INTERVAL)
}

fn whoever_is_alone_gets_it_again_and_again() -> SearchResult {
    Model::new().search(|| {
        let gil = gil();
        gil.take();
        gil.release();
        gil.take();
        for _ in 0..3 * CHECK_INTERVAL {
            gil.tick();
        }
        gil.release();
    })
}

/// The lecture's counter. The GIL is its only lock.
struct Counter {
    gil: Gil,
    value: AtomicU32,
}

impl Counter {
    fn new() -> Arc<Self> {
        Arc::new(Counter { gil: gil(), value: AtomicU32::new(0) })
    }

    fn increment(&self) {
        self.gil.take();
        // Two steps: another thread may come in between, if there are two with the GIL.
        let value = self.value.load(Relaxed);
        self.value.store(value + 1, Relaxed);
        self.gil.release();
    }
}

/// Each of two threads increments the counter so often.
fn count(main: u32, other: u32) {
    let counter = Counter::new();
    let thread = thread::spawn({
        let counter = Arc::clone(&counter);
        move || (0..other).for_each(|_| counter.increment())
    });
    (0..main).for_each(|_| counter.increment());
    thread.join().unwrap();
    assert_eq!(counter.value.load(Relaxed), main + other, "two threads had the GIL, and an addition is lost");
}

fn two_count() {
    count(1, 1);
}

fn one_thread_at_a_time_has_it() -> SearchResult {
    Model::new().search(two_count)
}

fn who_is_woken_may_find_it_taken() -> SearchResult {
    Model::new().search(|| count(2, 1))
}

fn a_wake_up_for_no_reason_is_no_release() -> SearchResult {
    Model::new().spurious(true).search(two_count)
}

/// A thread executes `first` instructions, and main goes on. After `before` of its own, a third thread wants the GIL. It
/// must not get it in the next `left` instructions, and must be able to soon afterwards.
fn a_period(first: u32, before: u32, left: u32) -> SearchResult {
    let got_in = Arc::new(Outside::new(false));
    let noted = Arc::clone(&got_in);
    let explored = Model::new().search(move || {
        let gil = Arc::new(gil());
        let execute = |gil: &Gil, instructions| (0..instructions).for_each(|_| gil.tick());
        if first > 0 {
            let gil = Arc::clone(&gil);
            let predecessor = move || {
                gil.take();
                execute(&gil, first);
                gil.release();
            };
            thread::spawn(predecessor).join().unwrap();
        }
        gil.take();
        execute(&gil, before);
        let had_it = Arc::new(AtomicBool::new(false));
        let other = thread::spawn({
            let (gil, had_it) = (Arc::clone(&gil), Arc::clone(&had_it));
            move || {
                gil.take();
                had_it.store(true, Relaxed);
                gil.release();
            }
        });
        execute(&gil, left);
        assert!(!had_it.load(Relaxed), "the ticker is not used up, and another thread had the GIL");
        // CPython's own periods are one instruction longer, and that is right as well.
        execute(&gil, 2);
        noted.fetch_or(had_it.load(Relaxed), Relaxed);
        gil.release();
        other.join().unwrap();
    })?;
    assert!(got_in.load(Relaxed), "the ticker is used up, and another thread could not get the GIL");
    Ok(explored)
}

fn others_can_have_it_after_each_period() -> SearchResult {
    a_period(0, CHECK_INTERVAL + 1, CHECK_INTERVAL - 1)
}

fn who_takes_it_goes_on_counting() -> SearchResult {
    a_period(3, 1, CHECK_INTERVAL - 4)
}

fn to_release_it_is_a_signal_and_no_handover() {
    simulate(2, |platform| {
        let gil = std::sync::Arc::new(OldGil::new(platform.clone(), 100));
        let had_it = std::sync::Arc::new(Outside::new(false));
        gil.take();
        let other = platform.spawn("other", {
            let (gil, had_it) = (gil.clone(), had_it.clone());
            move || {
                gil.take();
                had_it.store(true, Relaxed);
                gil.release();
            }
        });
        // It waits by now.
        platform.sleep(Duration::from_millis(1));
        gil.release();
        gil.take();
        assert!(
            !had_it.load(Relaxed),
            "who releases the GIL and takes it at once is there before who has to wake up"
        );
        gil.release();
        platform.join(other);
        assert!(had_it.load(Relaxed), "the other one has its turn when nobody takes the GIL again");
    });
}

harness::suite! {
    "5/1": whoever_is_alone_gets_it_again_and_again, one_thread_at_a_time_has_it, who_is_woken_may_find_it_taken,
    a_wake_up_for_no_reason_is_no_release, others_can_have_it_after_each_period,
    who_takes_it_goes_on_counting, to_release_it_is_a_signal_and_no_handover; two_count
}
