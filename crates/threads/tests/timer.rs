//! Something later: fired once, or cancelled, never both.

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use support::{NET, OnDrop, SHORT, all, gate, next};
use ungil_threads::{Builder, Interrupted, JoinError, Timer, current};

/// As `join`, with a net.
#[track_caller]
fn join<T: Send + Sync + 'static>(timer: &Timer<T>) -> Result<Option<&T>, JoinError> {
    timer.info().join_timeout(NET).expect("the timer's thread ends");
    timer.join()
}

/// In CPython: two timers do not share their default arguments.
#[test]
fn init_immutable_default_args() {
    let timer = |start: Vec<&'static str>| {
        let mut args = start;
        Timer::after(SHORT, move || {
            args.push("blah");
            args
        })
    };
    let (first, second) = (timer(vec![]), timer(vec![]));
    assert_eq!(join(&first), Ok(Some(&vec!["blah"])));
    assert_eq!(join(&second), Ok(Some(&vec!["blah"])));
}

#[test]
fn fires_not_before_its_time() {
    let begun = Instant::now();
    let timer = Timer::after(SHORT, Instant::now);
    assert!(*join(&timer).unwrap().unwrap() >= begun + SHORT);
}

#[test]
fn fires_at_once_after_no_time() {
    assert_eq!(join(&Timer::after(Duration::ZERO, || "boom")), Ok(Some(&"boom")));
}

#[test]
fn a_cancelled_timer_ends_at_once_without_firing() {
    let timer = Timer::after(Duration::MAX, || "never");
    assert_eq!(timer.info().join_timeout(SHORT), Err(JoinError::Interrupted(Interrupted::Timeout)));
    assert!(timer.cancel());
    assert_eq!(join(&timer), Ok(None));
}

#[test]
fn to_cancel_again_is_to_have_cancelled() {
    let timer = Timer::after(Duration::MAX, || "never");
    assert!(timer.cancel() && timer.cancel());
    join(&timer).unwrap();
    assert!(timer.cancel());
}

#[test]
fn it_is_named_after_its_closure() {
    let timer = Timer::after(Duration::ZERO, || ());
    assert!(timer.info().name().contains(" (it_is_named_after_its_closure::"), "{timer:?}");
}

#[test]
fn what_is_cancelled_is_dropped() {
    let (sender, messages) = channel();
    let captured = OnDrop(move || sender.send("dropped").unwrap());
    let timer = Timer::after(Duration::MAX, move || drop(captured));
    timer.cancel();
    assert_eq!(join(&timer), Ok(None));
    assert_eq!(all(&messages), ["dropped"]);
}

#[test]
fn a_cancel_after_the_end_comes_too_late() {
    let timer = Timer::after(Duration::ZERO, || 42);
    join(&timer).unwrap();
    assert!(!timer.cancel());
    assert_eq!(join(&timer), Ok(Some(&42)));
}

#[test]
fn a_cancel_while_the_closure_runs_comes_too_late() {
    let (sender, running) = channel();
    let (open, gate) = gate();
    let timer = Timer::after(Duration::ZERO, move || {
        sender.send(()).unwrap();
        gate.pass();
        42
    });
    next(&running);
    assert!(!timer.cancel());
    drop(open);
    assert_eq!(join(&timer), Ok(Some(&42)));
}

/// A thread of the timer that is woken by the cancel must not take that for its time.
#[test]
fn it_fires_or_is_cancelled_but_never_both() {
    for micros in 0..300 {
        let fired = Arc::new(AtomicBool::new(false));
        let fires = Arc::clone(&fired);
        let timer = Timer::after(Duration::from_micros(micros), move || fires.store(true, Ordering::Relaxed));
        let cancelled = timer.cancel();
        let result = join(&timer).unwrap();
        assert_eq!((fired.load(Ordering::Relaxed), result.is_some()), (!cancelled, !cancelled));
    }
}

#[test]
fn of_many_cancels_at_most_the_first_comes_in_time() {
    for _ in 0..50 {
        let timer = Timer::after(Duration::ZERO, || ());
        let together = Barrier::new(2);
        let cancel = || {
            together.wait();
            timer.cancel()
        };
        let in_time = std::thread::scope(|s| {
            let others = s.spawn(cancel);
            [cancel(), others.join().unwrap()].contains(&true)
        });
        assert_eq!(join(&timer).unwrap().is_none(), in_time);
    }
}

#[test]
fn dropping_it_cancels_nothing() {
    let (sender, messages) = channel();
    drop(Timer::after(SHORT, move || sender.send("boom")));
    assert_eq!(all(&messages), ["boom"]);
}

#[test]
fn a_builder_gives_it_a_name_and_makes_it_a_daemon() {
    for daemon in [true, false] {
        let builder = Builder::new().name("alarm").daemon(daemon);
        let timer = builder.spawn_after(Duration::ZERO, || current().name()).unwrap();
        assert_eq!(join(&timer), Ok(Some(&String::from("alarm"))));
        assert_eq!(timer.info().is_daemon(), daemon);
    }
}

#[test]
fn a_panic_in_the_closure_is_the_threads() {
    let timer = Timer::after(Duration::ZERO, || panic!("boom"));
    let error = join::<()>(&timer).unwrap_err();
    assert_eq!(error.panic().unwrap().message(), "boom");
}

#[test]
fn a_timer_that_cannot_be_started() {
    let builder = Builder::new().stack_size(usize::MAX / 4);
    assert!(builder.spawn_after(Duration::ZERO, || ()).is_err());
}
