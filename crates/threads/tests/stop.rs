//! Asking a thread to stop, also one that is blocked.

mod support;

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use support::{NET, OnDrop, SHORT, all, gate, next, take_a_while};
use ungil_threads::{Interrupted, JoinError, Limit, Registration, StopSource, get_ident, spawn};

const TIMEOUT: Result<(), Interrupted> = Err(Interrupted::Timeout);
const STOPPED: Result<(), Interrupted> = Err(Interrupted::Stopped);

#[test]
fn only_the_first_request_counts() {
    let (source, stop) = StopSource::new();
    assert!(!stop.stop_requested() && !source.stop_requested());
    assert!(source.request_stop());
    assert!(!source.request_stop() && !source.clone().request_stop());
    assert!(stop.stop_requested() && source.stop_requested());
}

#[test]
fn of_many_requests_at_once_one_counts() {
    let (source, stop) = StopSource::new();
    let (sender, calls) = channel();
    let _registration = stop.on_stop(move || sender.send(()).unwrap());
    let together = std::sync::Barrier::new(4);
    let request = || {
        together.wait();
        source.request_stop()
    };
    let first = std::thread::scope(|s| {
        let requests: Vec<_> = (0..4).map(|_| s.spawn(request)).collect();
        requests.into_iter().map(|r| r.join().unwrap()).filter(|&first| first).count()
    });
    assert_eq!(first, 1);
    assert_eq!(all(&calls), [()]);
}

#[test]
fn all_tokens_of_a_source_are_asked() {
    let (source, stop) = StopSource::new();
    let (also_source, tokens) = (source.clone(), [stop.clone(), source.token(), stop]);
    also_source.request_stop();
    assert!(tokens.iter().all(|token| token.stop_requested()));
    assert!(source.token().stop_requested());
}

#[test]
fn a_stop_wakes_who_waits() {
    let (source, stop) = StopSource::new();
    let waiters: Vec<_> = (0..3).map(|_| stop.clone()).map(|stop| spawn(move || stop.wait())).collect();
    for t in &waiters {
        assert_eq!(t.join_timeout(SHORT), Err(JoinError::Interrupted(Interrupted::Timeout)));
    }
    source.request_stop();
    assert!(waiters.iter().all(|t| t.join_timeout(NET).is_ok()));
}

#[test]
fn who_waits_after_the_stop_does_not_block() {
    let (source, stop) = StopSource::new();
    source.request_stop();
    stop.wait();
    assert_eq!(stop.wait_timeout(Duration::ZERO), Ok(()));
    assert_eq!(stop.wait_until(Instant::now()), Ok(()));
}

#[test]
fn wait_timeout_waits_for_its_time() {
    let (_source, stop) = StopSource::new();
    let begun = Instant::now();
    assert_eq!(stop.wait_timeout(SHORT), TIMEOUT);
    assert!(begun.elapsed() >= SHORT);
    assert_eq!(stop.wait_timeout(Duration::ZERO), TIMEOUT);
}

#[test]
fn a_stop_cuts_any_timeout_short() {
    for timeout in [Duration::MAX, NET * 10] {
        let (source, stop) = StopSource::new();
        let t = spawn(move || stop.wait_timeout(timeout));
        assert!(t.join_timeout(SHORT).is_err());
        source.request_stop();
        assert_eq!(t.join_timeout(NET), Ok(&Ok(())));
    }
}

#[test]
fn a_wait_may_be_limited_by_another_token() {
    let (_source, stop) = StopSource::new();
    let (other, limit) = StopSource::new();
    let t = spawn(move || stop.wait_until(&limit));
    assert!(t.join_timeout(SHORT).is_err());
    other.request_stop();
    assert_eq!(t.join_timeout(NET), Ok(&STOPPED));
}

#[test]
fn a_wait_may_be_limited_by_the_token_itself() {
    let (source, stop) = StopSource::new();
    let t = spawn(move || stop.wait_until(Limit::timeout(NET * 10).or_stop(&stop)));
    assert!(t.join_timeout(SHORT).is_err());
    source.request_stop();
    assert_eq!(t.join_timeout(NET), Ok(&Ok(())));
}

#[test]
fn what_was_written_before_the_stop_is_seen_after_it() {
    for n in 0..100 {
        let (source, stop) = StopSource::new();
        let cell = Arc::new(Mutex::new(0));
        let written = Arc::clone(&cell);
        let t = spawn(move || {
            while !stop.stop_requested() {
                std::hint::spin_loop();
            }
            *written.lock().unwrap()
        });
        *cell.lock().unwrap() = n;
        source.request_stop();
        assert_eq!(t.join_timeout(NET), Ok(&n));
    }
}

#[test]
fn a_stop_is_possible_while_there_is_a_source() {
    let (source, stop) = StopSource::new();
    let clone = source.clone();
    drop(source);
    assert!(stop.stop_possible());
    drop(clone);
    assert!(!stop.stop_possible());
    assert!(!stop.stop_requested());
}

#[test]
fn a_stop_stays_possible_once_it_was_requested() {
    let (source, stop) = StopSource::new();
    source.request_stop();
    drop(source);
    assert!(stop.stop_possible());
}

#[test]
fn dropping_the_source_asks_for_nothing() {
    let (source, stop) = StopSource::new();
    let (sender, calls) = channel();
    let registration = stop.on_stop(move || sender.send(()).unwrap());
    drop(source);
    assert_eq!(stop.wait_timeout(SHORT), TIMEOUT);
    drop(registration);
    assert!(all(&calls).is_empty());
}

#[test]
fn callbacks_run_in_the_order_of_their_registration() {
    let (source, stop) = StopSource::new();
    let (sender, calls) = channel();
    let register = |n| {
        let sender = sender.clone();
        stop.on_stop(move || sender.send(n).unwrap())
    };
    let registrations: Vec<_> = (0..20).map(register).collect();
    source.request_stop();
    drop((registrations, sender));
    assert_eq!(all(&calls), (0..20).collect::<Vec<_>>());
}

#[test]
fn callbacks_have_run_in_the_requesting_thread_when_the_request_returns() {
    let (source, stop) = StopSource::new();
    let (sender, calls) = channel();
    let _registration = stop.on_stop(move || sender.send(get_ident()).unwrap());
    source.request_stop();
    assert_eq!(calls.try_recv(), Ok(get_ident()));
}

#[test]
fn a_callback_sees_the_stop() {
    let (source, stop) = StopSource::new();
    let (sender, seen) = channel();
    let token = stop.clone();
    let _registration = stop.on_stop(move || sender.send(token.stop_requested()).unwrap());
    source.request_stop();
    assert!(next(&seen));
}

#[test]
fn after_the_stop_a_callback_runs_at_once_in_the_registering_thread() {
    let (source, stop) = StopSource::new();
    source.request_stop();
    let (sender, calls) = channel();
    let _registration = stop.on_stop(move || sender.send(get_ident()).unwrap());
    assert_eq!(calls.try_recv(), Ok(get_ident()));
}

#[test]
fn dropping_the_registration_takes_the_callback_back() {
    let (source, stop) = StopSource::new();
    let (sender, events) = channel();
    let (called, captured) = (sender.clone(), OnDrop(move || sender.send("dropped").unwrap()));
    let registration = stop.on_stop(move || {
        let _captured = captured;
        called.send("called").unwrap();
    });
    drop(registration);
    assert_eq!(events.try_recv(), Ok("dropped"));
    source.request_stop();
    assert!(all(&events).is_empty());
}

#[test]
fn dropping_one_registration_leaves_the_others() {
    let (source, stop) = StopSource::new();
    let (sender, calls) = channel();
    let register = |n| {
        let sender = sender.clone();
        stop.on_stop(move || sender.send(n).unwrap())
    };
    let (_first, second, _third) = (register(1), register(2), register(3));
    drop(second);
    source.request_stop();
    assert_eq!(calls.try_iter().collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn dropping_waits_for_a_callback_that_another_thread_runs() {
    let (source, stop) = StopSource::new();
    let (sender, events) = channel();
    let from_callback = sender.clone();
    let registration = stop.on_stop(move || {
        from_callback.send("begun").unwrap();
        take_a_while();
        from_callback.send("ended").unwrap();
    });
    let requests = spawn(move || source.request_stop());
    assert_eq!(next(&events), "begun");
    let drops = spawn(move || {
        drop(registration);
        sender.send("taken back").unwrap();
    });
    assert_eq!(drops.join_timeout(NET), Ok(&()));
    assert_eq!(requests.join_timeout(NET), Ok(&true));
    assert_eq!(events.try_iter().collect::<Vec<_>>(), ["ended", "taken back"]);
}

#[test]
fn dropping_does_not_wait_for_other_callbacks() {
    let (source, stop) = StopSource::new();
    let (sender, begun) = channel();
    let (open, gate) = gate();
    let _running = stop.on_stop(move || {
        sender.send(()).unwrap();
        gate.pass();
    });
    let other = stop.on_stop(|| unreachable!("it was taken back"));
    let requests = spawn(move || source.request_stop());
    next(&begun);
    assert_eq!(spawn(move || drop(other)).join_timeout(NET), Ok(&()));
    drop(open);
    assert_eq!(requests.join_timeout(NET), Ok(&true));
}

#[test]
fn a_callback_may_drop_its_own_registration() {
    let (source, stop) = StopSource::new();
    let own: Arc<Mutex<Option<Registration>>> = Arc::default();
    let drops = Arc::clone(&own);
    let registration = stop.on_stop(move || drop(drops.lock().unwrap().take()));
    *own.lock().unwrap() = Some(registration);
    assert_eq!(spawn(move || source.request_stop()).join_timeout(NET), Ok(&true));
}

#[test]
fn a_callback_may_register_another_one() {
    let (source, stop) = StopSource::new();
    let (sender, calls) = channel();
    let (token, inner) = (stop.clone(), sender.clone());
    let _registration = stop.on_stop(move || {
        let _inner = token.on_stop(move || inner.send("inner").unwrap());
        sender.send("outer").unwrap();
    });
    assert_eq!(spawn(move || source.request_stop()).join_timeout(NET), Ok(&true));
    assert_eq!(all(&calls), ["inner", "outer"]);
}

#[test]
fn a_callback_may_request_the_stop_again() {
    let (source, stop) = StopSource::new();
    let again = source.clone();
    let (sender, results) = channel();
    let _registration = stop.on_stop(move || sender.send(again.request_stop()).unwrap());
    assert_eq!(spawn(move || source.request_stop()).join_timeout(NET), Ok(&true));
    assert_eq!(all(&results), [false]);
}

#[test]
fn a_callback_that_panics_lets_the_others_run() {
    let (source, stop) = StopSource::new();
    let (sender, calls) = channel();
    let register = |n| {
        let sender = sender.clone();
        stop.on_stop(move || {
            sender.send(n).unwrap();
            assert!(n == 2, "callback {n}");
        })
    };
    let _registrations = [register(1), register(2), register(3)];
    let t = spawn(move || source.request_stop());
    let error = t.join_timeout(NET).unwrap_err();
    assert_eq!(error.panic().unwrap().message(), "callback 1");
    assert_eq!(calls.try_iter().collect::<Vec<_>>(), [1, 2, 3]);
    assert!(stop.stop_requested());
}

#[test]
fn a_loop_that_polls_ends() {
    let (source, stop) = StopSource::new();
    let (sender, rounds) = channel();
    let t = spawn(move || {
        while !stop.stop_requested() {
            let _ = sender.send(());
        }
    });
    next(&rounds);
    source.request_stop();
    assert_eq!(t.join_timeout(NET), Ok(&()));
}

#[test]
fn debug_says_whether_a_stop_was_requested() {
    let (source, stop) = StopSource::new();
    assert_eq!(format!("{stop:?}"), "StopToken { stop_requested: false }");
    source.request_stop();
    assert_eq!(format!("{source:?}"), "StopSource { stop_requested: true }");
}
