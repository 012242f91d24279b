//! Waiting for the end of a thread, and what one gets for it.

mod support;

use std::panic::panic_any;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use support::{NET, OnDrop, SHORT, all, at_thread_end, blocked, gate, next, take_a_while};
use ungil_threads::{Interrupted, JoinError, Limit, StopSource, Thread, current, exit_thread, spawn};

const TIMEOUT: JoinError = JoinError::Interrupted(Interrupted::Timeout);
const STOPPED: JoinError = JoinError::Interrupted(Interrupted::Stopped);

#[test]
fn join_from_multiple_threads() {
    let (open, gate) = gate();
    let t = spawn(move || {
        gate.pass();
        String::from("result")
    });
    let (sender, results) = channel();
    for n in 0..8 {
        let (t, sender) = (t.clone(), sender.clone());
        spawn(move || {
            let result = if n < 4 { t.join() } else { t.join_timeout(NET * 10) };
            sender.send(result.cloned()).unwrap();
        });
    }
    drop(sender);
    assert_eq!(t.join_timeout(SHORT), Err(TIMEOUT));
    drop(open);
    assert_eq!(all(&results), vec![Ok(String::from("result")); 8]);
}

#[test]
fn join_with_timeout() {
    let (open, t) = blocked();
    assert_eq!(t.join_timeout(SHORT), Err(TIMEOUT));
    assert!(t.is_alive());
    drop(open);
    assert_eq!(t.join_timeout(NET), Ok(&()));
    assert!(!t.is_alive());
}

#[test]
fn joining_current_thread() {
    let t = spawn(|| {
        assert_eq!(current().join_timeout(SHORT), Err(JoinError::WouldDeadlock));
        assert_eq!(current().join_until(Limit::none()), Err(JoinError::WouldDeadlock));
        assert_eq!(current().join(), Err(JoinError::WouldDeadlock));
    });
    assert_eq!(t.join_timeout(NET), Ok(&()));
}

#[test]
fn a_foreign_thread_cannot_join_itself_either() {
    let t = std::thread::spawn(|| current().join_timeout(SHORT));
    assert_eq!(t.join().unwrap(), Err(JoinError::WouldDeadlock));
}

#[test]
fn joining_inactive_thread() {
    let t = Thread::new(|| ());
    assert_eq!(t.join_timeout(SHORT), Err(JoinError::NotStarted));
    assert_eq!(t.info().join(), Err(JoinError::NotStarted));
    assert_eq!(t.join(), Err(JoinError::NotStarted));
}

#[test]
fn the_end_wakes_a_joiner_whatever_its_limit() {
    let (_source, stop) = StopSource::new();
    for limit in [Limit::none(), Limit::timeout(NET * 10), Limit::from(&stop)] {
        let (open, t) = blocked();
        let (sender, results) = channel();
        let joiner = spawn(move || sender.send(t.join_until(limit).cloned()).unwrap());
        assert_eq!(joiner.join_timeout(SHORT), Err(TIMEOUT));
        drop(open);
        assert_eq!(next(&results), Ok(()));
    }
}

#[test]
fn every_join_gives_the_same_result() {
    let t = spawn(|| String::from("result"));
    let first = t.join().unwrap();
    assert!(std::ptr::eq(first, t.join_timeout(Duration::ZERO).unwrap()));
    assert!(std::ptr::eq(first, t.clone().join_until(Limit::none()).unwrap()));
}

#[test]
fn zero_only_asks() {
    let (_open, t) = blocked();
    assert_eq!(t.join_timeout(Duration::ZERO), Err(TIMEOUT));
}

#[test]
fn no_duration_is_too_large() {
    for timeout in [Duration::MAX, Duration::from_secs(u64::MAX / 2), Duration::from_secs(1 << 40)] {
        let (open, t) = blocked();
        let joiner = spawn(move || t.join_timeout(timeout).cloned());
        assert_eq!(joiner.join_timeout(SHORT), Err(TIMEOUT));
        drop(open);
        assert_eq!(joiner.join_timeout(NET), Ok(&Ok(())));
    }
}

#[test]
fn a_limit_may_be_an_instant() {
    let (open, t) = blocked();
    assert_eq!(t.join_until(Instant::now()), Err(TIMEOUT));
    assert_eq!(t.join_until(Instant::now() + SHORT), Err(TIMEOUT));
    drop(open);
    assert_eq!(t.join_until(Instant::now() + NET), Ok(&()));
}

#[test]
fn a_join_is_not_over_before_its_time() {
    let (_open, t) = blocked();
    let deadline = Instant::now() + SHORT;
    assert_eq!(t.join_until(deadline), Err(TIMEOUT));
    assert!(Instant::now() >= deadline);
}

#[test]
fn a_stop_wakes_a_joiner() {
    let (_open, t) = blocked();
    let (source, stop) = StopSource::new();
    let joiner = spawn(move || t.join_until(&stop).cloned());
    assert_eq!(joiner.join_timeout(SHORT), Err(TIMEOUT));
    source.request_stop();
    assert_eq!(joiner.join_timeout(NET), Ok(&Err(STOPPED)));
}

#[test]
fn a_stop_that_came_before_ends_the_join_at_once() {
    let (_open, t) = blocked();
    let (source, stop) = StopSource::new();
    source.request_stop();
    assert_eq!(t.join_until(&stop), Err(STOPPED));
}

#[test]
fn a_limit_may_hold_both() {
    let (_open, t) = blocked();
    let (source, stop) = StopSource::new();
    assert_eq!(t.join_until(Limit::timeout(SHORT).or_stop(&stop)), Err(TIMEOUT));
    source.request_stop();
    assert_eq!(t.join_until(Limit::timeout(NET).or_stop(&stop)), Err(STOPPED));
}

#[test]
fn who_has_finished_is_joined_whatever_the_limit() {
    let t = spawn(|| 42);
    t.join_timeout(NET).unwrap();
    let (source, stop) = StopSource::new();
    source.request_stop();
    assert_eq!(t.join_until(Limit::deadline(Instant::now()).or_stop(&stop)), Ok(&42));
}

#[test]
fn an_interrupted_join_can_be_repeated() {
    let (open, t) = blocked();
    for _ in 0..3 {
        assert_eq!(t.join_timeout(Duration::ZERO), Err(TIMEOUT));
    }
    drop(open);
    assert_eq!(t.join_timeout(NET), Ok(&()));
}

fn panic_of<T>(t: &Thread<T>) -> ungil_threads::Panic {
    t.join_timeout(NET).err().and_then(|error| error.panic().cloned()).expect("a thread that has panicked")
}

#[test]
fn all_joiners_share_one_panic() {
    let t = spawn(|| panic!("no luck"));
    let other = spawn(|| panic!("no luck"));
    assert_eq!(panic_of(&t), panic_of(&t.clone()));
    assert_ne!(panic_of(&t), panic_of(&other));
}

#[test]
fn a_panic_says_its_text() {
    let thing = "luck";
    let (plain, formatted) = (spawn(|| panic!("no luck")), spawn(move || panic!("no {thing}")));
    for panic in [panic_of(&plain), panic_of(&formatted)] {
        assert_eq!((panic.message(), &*panic.to_string()), ("no luck", "no luck"));
        assert_eq!(format!("{panic:?}"), r#"Panic("no luck")"#);
    }
}

#[test]
fn a_panic_may_carry_anything() {
    let t = spawn(|| panic_any(vec![1, 2]));
    let panic = panic_of(&t);
    assert_eq!(panic.message(), "a payload that is not a text");
    assert_eq!(panic.with_payload(|payload| payload.downcast_ref::<Vec<i32>>().cloned()), Some(vec![1, 2]));
}

#[test]
fn exit_thread_ends_from_however_deep() {
    static UNWOUND: AtomicBool = AtomicBool::new(false);
    fn deep(levels: u32) {
        if levels == 0 {
            exit_thread();
        }
        deep(levels - 1);
    }
    let t = spawn(|| {
        let _unwound = OnDrop(|| UNWOUND.store(true, Ordering::Relaxed));
        deep(10);
    });
    assert_eq!(t.join_timeout(NET), Err(JoinError::Exited));
    assert!(UNWOUND.load(Ordering::Relaxed));
}

#[test]
fn a_result_whose_destructor_panics_does_not_keep_joiners_waiting() {
    let (open, gate) = gate();
    let t = spawn(move || {
        gate.pass();
        OnDrop(|| panic!("in a destructor"))
    });
    let info = t.info().clone();
    drop(t);
    drop(open);
    assert_eq!(info.join_timeout(NET), Ok(()));
}

/// `join` without a limit, as std's: whatever the thread still does, it has done.
#[test]
fn join_waits_for_destructors_of_thread_locals() {
    static DONE: AtomicBool = AtomicBool::new(false);
    let last_act = || {
        take_a_while();
        DONE.store(true, Ordering::Relaxed);
    };
    let t = spawn(move || at_thread_end(last_act));
    let joins = || {
        let t = t.clone();
        spawn(move || t.join().map(|()| DONE.load(Ordering::Relaxed)))
    };
    for joiner in [joins(), joins()] {
        assert_eq!(joiner.join_timeout(NET), Ok(&Ok(true)));
    }
}

#[test]
fn join_with_a_limit_does_not_wait_for_them() {
    let (open, gate) = gate();
    let t = spawn(move || {
        at_thread_end(move || gate.pass());
        42
    });
    assert_eq!(t.join_timeout(NET), Ok(&42));
    drop(open);
    assert_eq!(t.join(), Ok(&42));
}

#[test]
fn a_join_in_a_destructor_of_a_thread_local() {
    let (sender, results) = channel();
    let t = spawn(move || {
        let me = current();
        at_thread_end(move || sender.send(me.join()).unwrap());
    });
    // It may count as itself or as finished; it must not wait for itself.
    next(&results).unwrap_or_else(|error| assert_eq!(error, JoinError::WouldDeadlock));
    assert_eq!(t.join_timeout(NET), Ok(&()));
}

#[test]
fn an_info_can_be_joined_without_knowing_the_result() {
    let infos = [spawn(|| 42).info().clone(), spawn(|| panic!("no luck")).info().clone()];
    assert_eq!(infos.map(|info| info.join_timeout(NET)), [Ok(()), Ok(())]);
}

#[test]
fn the_last_handle_takes_the_result_out() {
    let t = spawn(|| String::from("mine"));
    t.join_timeout(NET).unwrap();
    assert_eq!(t.try_unwrap().unwrap(), "mine");
}

#[test]
fn another_handle_keeps_the_result() {
    let t = spawn(|| String::from("ours"));
    t.join_timeout(NET).unwrap();
    let other = t.clone();
    let t = t.try_unwrap().unwrap_err();
    assert_eq!(t.join_timeout(NET).unwrap(), "ours");
    drop(t);
    assert_eq!(other.try_unwrap().unwrap(), "ours");
}

#[test]
fn there_is_no_result_to_take_before_the_end_or_after_a_panic() {
    let (open, t) = blocked();
    let t = t.try_unwrap().unwrap_err();
    drop(open);
    t.join_timeout(NET).unwrap();
    t.try_unwrap().unwrap();

    let panicked = spawn(|| panic!("no luck"));
    panic_of(&panicked);
    panic_of(&panicked.try_unwrap().unwrap_err());
    let new = Thread::new(|| ()).try_unwrap().unwrap_err();
    assert_eq!(new.join(), Err(JoinError::NotStarted));
}

/// No other handle is left, but the thread itself has one until just before its end.
#[test]
fn who_has_joined_can_take_the_result_out_at_once() {
    for n in 0..200 {
        let t = spawn(move || n);
        t.join_timeout(NET).unwrap();
        assert_eq!(t.try_unwrap().unwrap(), n);
    }
}

#[test]
fn join_errors_say_what_is_wrong() {
    assert_eq!(JoinError::NotStarted.to_string(), "cannot join a thread before it is started");
    assert_eq!(JoinError::WouldDeadlock.to_string(), "cannot join the current thread");
    assert_eq!(JoinError::Exited.to_string(), "the thread exited without a result");
    assert_eq!(
        (TIMEOUT.to_string(), STOPPED.to_string()),
        ("the join timed out".into(), "the join stopped".into())
    );
    let panicked = spawn(|| panic!("no luck")).join_timeout(NET).unwrap_err();
    assert_eq!(panicked.to_string(), "the thread panicked: no luck");
    assert_eq!((panicked.interrupted(), TIMEOUT.panic()), (None, None));
    assert_eq!(TIMEOUT.interrupted(), Some(Interrupted::Timeout));
}
