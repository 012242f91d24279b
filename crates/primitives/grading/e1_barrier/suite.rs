//! What an answer to "a barrier" has to do.

use std::time::Duration;

use interleave::sync::Arc;
use interleave::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use interleave::{Model, SearchResult, thread};

use super::answer::Barrier;

fn alone_nobody_waits() {
    harness::within(Duration::from_secs(2), || {
        let barrier = Barrier::new(1);
        assert_eq!([barrier.wait(), barrier.wait()], [0, 0], "in each round the first one has place 0");
    });
}

/// A race over several laps: after each of them a runner waits for the others.
struct Race {
    barrier: Barrier,
    /// In which lap each runner is.
    laps: Vec<AtomicUsize>,
}

impl Race {
    /// Runs `laps` laps; gives the sum of this runner's places.
    fn run(&self, runner: usize, laps: usize) -> usize {
        let mut places = 0;
        for lap in 1..=laps {
            self.laps[runner].store(lap, Relaxed);
            places += self.barrier.wait();
            let others = self.laps.iter().enumerate().filter(|(other, _)| *other != runner);
            for (_, other) in others {
                assert!(other.load(Relaxed) >= lap, "a runner goes on, and another is not here yet");
            }
        }
        places
    }
}

/// `main` is the first runner, the others are threads of their own.
fn race(runners: usize, laps: usize) {
    let race = Arc::new(Race {
        barrier: Barrier::new(runners),
        laps: (0..runners).map(|_| AtomicUsize::new(0)).collect(),
    });
    let others: Vec<_> = (1..runners)
        .map(|runner| {
            let race = Arc::clone(&race);
            thread::spawn(move || race.run(runner, laps))
        })
        .collect();
    let mut places = race.run(0, laps);
    for other in others {
        places += other.join().unwrap();
    }
    assert_eq!(places, laps * (0..runners).sum::<usize>(), "in each round every place comes once");
}

fn nobody_goes_on_before_all_are_here() -> SearchResult {
    Model::new().search(|| race(2, 1))
}

fn a_fast_thread_waits_for_the_others_again() -> SearchResult {
    Model::new().search(|| race(2, 2))
}

fn all_are_woken() -> SearchResult {
    Model::new().preemption_bound(2).search(|| race(3, 1))
}

fn a_wake_up_for_no_reason_opens_nothing() -> SearchResult {
    Model::new().spurious(true).search(|| race(2, 1))
}

/// Real threads, once: for wrong answers that real threads do not catch.
fn stress() {
    race(2, 1);
}

harness::suite! {
    "2/1": alone_nobody_waits, nobody_goes_on_before_all_are_here, all_are_woken,
    a_fast_thread_waits_for_the_others_again, a_wake_up_for_no_reason_opens_nothing; stress
}
