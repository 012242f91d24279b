//! What CPython's tests do not ask of a barrier.

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use support::{asleep_in_order, join_all, start};
use ungil_primitives::{Barrier, BarrierError, Interrupted, Turn};
use ungil_threads::StopSource;

const BROKEN: Result<Turn, BarrierError> = Err(BarrierError::Broken);

#[test]
fn the_first_one_leads() {
    let barrier = Barrier::new(4);
    thread::scope(|scope| {
        let threads = asleep_in_order(scope, 3, |_| barrier.wait().unwrap());
        let mut turns = vec![barrier.wait().unwrap()];
        turns.extend(join_all(threads));
        assert!(turns.iter().map(|turn| turn.index()).eq([3, 0, 1, 2]));
        assert!(turns.iter().all(|turn| turn.is_leader() == (turn.index() == 0)));
    });
}

#[test]
fn no_parties_are_one() {
    let barrier = Barrier::new(0);
    assert_eq!((barrier.parties(), barrier.wait().map(Turn::index)), (1, Ok(0)));
}

/// Six threads at a barrier for two meet in pairs: in each round two go on, and one of them leads.
#[test]
fn more_threads_than_parties_take_turns() {
    let (barrier, leaders) = (Barrier::new(2), AtomicUsize::new(0));
    let pass = || {
        if barrier.wait().unwrap().is_leader() {
            leaders.fetch_add(1, Ordering::Relaxed);
        }
    };
    for _ in 0..50 {
        thread::scope(|scope| {
            join_all((0..6).map(|_| start(scope, pass)).collect());
        });
    }
    assert_eq!((leaders.load(Ordering::Relaxed), barrier.waiting()), (150, 0));
}

#[test]
fn a_panic_in_the_action_breaks_it_and_goes_on() {
    let barrier = Barrier::with_action(3, || panic!("as planned"));
    thread::scope(|scope| {
        let threads = asleep_in_order(scope, 2, |_| barrier.wait());
        let panic = catch_unwind(AssertUnwindSafe(|| barrier.wait())).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"as planned"));
        assert_eq!(join_all(threads), [BROKEN; 2]);
    });
    assert!(barrier.is_broken());
    barrier.reset();
    assert!(!barrier.is_broken());
}

#[test]
fn the_action_may_use_the_barrier() {
    let barrier = Arc::new_cyclic(|barrier: &std::sync::Weak<Barrier>| {
        let barrier = barrier.clone();
        Barrier::with_action(1, move || {
            let barrier = barrier.upgrade().expect("it is in use");
            assert!(!barrier.is_broken() && barrier.waiting() == 0);
            barrier.abort();
        })
    });
    assert_eq!(barrier.wait(), BROKEN);
}

#[test]
fn a_stop_breaks_it() {
    let (source, stop) = StopSource::new();
    let barrier = Barrier::new(3);
    thread::scope(|scope| {
        let stopped = start(scope, || barrier.wait_until(&stop));
        stopped.asleep();
        let other = start(scope, || barrier.wait());
        other.asleep();
        source.request_stop();
        assert_eq!(stopped.join(), Err(BarrierError::Interrupted(Interrupted::Stopped)));
        assert_eq!(other.join(), BROKEN);
    });
}

/// A barrier is broken for all, also for those who have not slept yet; and what is new is not broken.
#[test]
fn it_mends_itself_after_a_reset_in_use() {
    let barrier = Barrier::new(2);
    for _ in 0..20 {
        thread::scope(|scope| {
            let waiting = asleep_in_order(scope, 1, |_| barrier.wait());
            barrier.reset();
            let partners: Vec<_> = (0..2).map(|_| start(scope, || barrier.wait().is_ok())).collect();
            assert_eq!(join_all(waiting), [BROKEN]);
            assert_eq!(join_all(partners), [true; 2]);
        });
    }
}

#[test]
fn it_can_be_printed() {
    let barrier = Barrier::new(2);
    assert_eq!(format!("{barrier:?}"), "Barrier { parties: 2, waiting: 0, broken: false }");
    assert_eq!(BarrierError::Broken.to_string(), "the barrier is broken");
    let interrupted = BarrierError::Interrupted(Interrupted::Timeout);
    assert_eq!(interrupted.to_string(), "the wait at the barrier timed out");
}
