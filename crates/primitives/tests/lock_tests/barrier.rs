//! `BarrierTests`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ungil_primitives::BarrierError;
use ungil_threads::Interrupted;

use super::Barrier;
use super::support::{SHORT, asleep_in_order, elsewhere, join_all, start, takes_its_time};

const PARTIES: usize = 5;
const BROKEN: Result<usize, BarrierError> = Err(BarrierError::Broken);

/// What `f` returns in each of as many threads as the barrier is for.
fn run<B: Barrier, T: Send>(barrier: &B, f: impl Fn(&B) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let threads = (0..barrier.parties()).map(|_| start(scope, || f(barrier))).collect();
        join_all(threads)
    })
}

/// Nobody is in round `n` before all have done round `n - 1`, and nobody in `n + 1` before all are there.
fn rounds<B: Barrier>(barrier: &B, rounds: usize) {
    let entered = AtomicUsize::new(0);
    run(barrier, |barrier| {
        for round in 1..=rounds {
            entered.fetch_add(1, Ordering::Relaxed);
            barrier.wait().unwrap();
            let seen = entered.load(Ordering::Relaxed);
            assert!((round * PARTIES..=(round + 1) * PARTIES).contains(&seen), "{round}: {seen}");
            barrier.wait().unwrap();
        }
    });
    assert_eq!(entered.into_inner(), rounds * PARTIES);
    assert_eq!((barrier.waiting(), barrier.is_broken()), (0, false));
}

pub fn constructor<B: Barrier>() {
    let barrier = B::new(PARTIES);
    assert_eq!((barrier.parties(), barrier.waiting(), barrier.is_broken()), (PARTIES, 0, false));
}

pub fn barrier<B: Barrier>() {
    rounds(&B::new(PARTIES), 1);
}

pub fn barrier_10<B: Barrier>() {
    rounds(&B::new(PARTIES), 10);
}

/// Each thread of a round has another index.
pub fn wait_return<B: Barrier>() {
    let barrier = B::new(PARTIES);
    let mut rounds = run(&barrier, |barrier| [(); 3].map(|()| barrier.wait().unwrap()));
    for round in 0..3 {
        rounds.sort_by_key(|indices| indices[round]);
        assert!(rounds.iter().map(|indices| indices[round]).eq(0..PARTIES), "{rounds:?}");
    }
}

/// It is called once a round, when all are there and before anybody goes on.
pub fn action<B: Barrier>() {
    let calls = Arc::new(AtomicUsize::new(0));
    let barrier = B::with_action(PARTIES, {
        let calls = Arc::clone(&calls);
        move || {
            calls.fetch_add(1, Ordering::Relaxed);
        }
    });
    // Nobody begins the next round before all have looked.
    let looked = std::sync::Barrier::new(PARTIES);
    run(&barrier, |barrier| {
        for round in 1..=3 {
            barrier.wait().unwrap();
            assert_eq!(calls.load(Ordering::Relaxed), round);
            looked.wait();
        }
    });
}

pub fn abort<B: Barrier>() {
    let barrier = B::new(PARTIES);
    thread::scope(|scope| {
        let waiting = asleep_in_order(scope, PARTIES - 1, |_| barrier.wait());
        assert_eq!(barrier.waiting(), PARTIES - 1);
        barrier.abort();
        assert_eq!(join_all(waiting), [BROKEN; PARTIES - 1]);
    });
    assert!(barrier.is_broken());
    assert_eq!(barrier.wait(), BROKEN, "also who comes later");
}

pub fn reset<B: Barrier>() {
    let barrier = B::new(PARTIES);
    thread::scope(|scope| {
        let waiting = asleep_in_order(scope, PARTIES - 1, |_| barrier.wait());
        barrier.reset();
        assert_eq!(join_all(waiting), [BROKEN; PARTIES - 1]);
    });
    assert!(!barrier.is_broken());
    rounds(&barrier, 1);
}

pub fn abort_and_reset<B: Barrier>() {
    let barrier = B::new(PARTIES);
    thread::scope(|scope| {
        let waiting = asleep_in_order(scope, PARTIES - 2, |_| barrier.wait());
        barrier.abort();
        assert_eq!(join_all(waiting), [BROKEN; PARTIES - 2]);
    });
    assert_eq!(elsewhere(|| barrier.wait()), BROKEN);
    barrier.reset();
    assert_eq!((barrier.waiting(), barrier.is_broken()), (0, false));
    rounds(&barrier, 2);
}

/// Whose time is over breaks it for all.
pub fn timeout<B: Barrier>() {
    let barrier = B::new(PARTIES);
    thread::scope(|scope| {
        let waiting = asleep_in_order(scope, PARTIES - 2, |_| barrier.wait());
        let late = takes_its_time(|| barrier.wait_timeout(SHORT));
        assert_eq!(late, Err(BarrierError::Interrupted(Interrupted::Timeout)));
        assert_eq!(join_all(waiting), [BROKEN; PARTIES - 2]);
    });
    assert!(barrier.is_broken());
}

pub fn single_thread<B: Barrier>() {
    let barrier = B::new(1);
    for _ in 0..3 {
        assert_eq!(barrier.wait(), Ok(0));
    }
}
