//! Models of what may go wrong between threads: all executions of each are searched. Each has a row in mutations.toml
//! that makes it fail.
//!
//! `cargo xtask test models` builds and runs them.
#![cfg(ungil_model)]

use std::time::Duration;

use interleave::Model;
use interleave::sync::{Arc, Mutex};
use ungil_threads::{
    ExitGuard, Interrupted, JoinError, Limit, Local, StartError, StopSource, Timer, at_exit, current, spawn,
};

/// Proves `f`; `--nocapture` shows what was searched.
fn check(model: &str, f: impl Fn() + Send + Sync + 'static) {
    println!("{model}: {}", Model::new().time(Duration::from_secs(60)).prove(f));
}

// ---- join

#[test]
fn two_joiners_and_the_end() {
    check("two joiners and the end", || {
        let t = spawn(|| 42);
        let joiner = interleave::thread::spawn({
            let t = t.clone();
            move || t.join_until(Limit::none()).copied()
        });
        assert_eq!(t.join_until(Limit::none()), Ok(&42));
        assert_eq!(joiner.join().unwrap(), Ok(42));
        assert!(!t.is_alive());
    });
}

#[test]
fn a_join_with_a_limit_against_the_end() {
    check("a join with a limit against the end", || {
        let t = spawn(|| 42);
        match t.join_timeout(Duration::from_secs(1)) {
            Ok(result) => assert_eq!(result, &42),
            Err(error) => assert_eq!(error, JoinError::Interrupted(Interrupted::Timeout)),
        }
        assert_eq!(t.join(), Ok(&42));
    });
}

#[test]
fn a_join_against_a_stop() {
    check("a join against a stop", || {
        let (source, stop) = StopSource::new();
        // It does not end before it has joined the joiner.
        let main = current();
        let joiner = interleave::thread::spawn(move || main.join_until(&stop));
        source.request_stop();
        assert_eq!(joiner.join().unwrap(), Err(JoinError::Interrupted(Interrupted::Stopped)));
    });
}

// ---- stop

#[test]
fn a_stop_against_two_waits() {
    check("a stop against two waits", || {
        let (source, stop) = StopSource::new();
        let waiters = [stop.clone(), stop].map(|stop| interleave::thread::spawn(move || stop.wait()));
        assert!(source.request_stop());
        for waiter in waiters {
            waiter.join().unwrap();
        }
    });
}

#[test]
fn a_callback_runs_once_or_was_taken_back() {
    check("a callback runs once or was taken back", || {
        let (source, stop) = StopSource::new();
        let calls = Arc::new(Mutex::new(0));
        let stopper = interleave::thread::spawn(move || source.request_stop());
        let registration = stop.on_stop({
            let calls = Arc::clone(&calls);
            move || *calls.lock() += 1
        });
        drop(registration);
        let calls_at_the_drop = *calls.lock();
        stopper.join().unwrap();
        assert_eq!(*calls.lock(), calls_at_the_drop, "the callback ran after its registration was dropped");
        assert!(calls_at_the_drop <= 1);
    });
}

#[test]
fn two_requests_and_one_callback() {
    check("two requests and one callback", || {
        let (source, stop) = StopSource::new();
        let calls = Arc::new(Mutex::new(0));
        let _registration = stop.on_stop({
            let calls = Arc::clone(&calls);
            move || *calls.lock() += 1
        });
        let other = interleave::thread::spawn({
            let source = source.clone();
            move || source.request_stop()
        });
        let first = source.request_stop();
        assert_ne!(other.join().unwrap(), first, "exactly one request is the first");
        assert_eq!(*calls.lock(), 1);
    });
}

// ---- exit

#[test]
fn a_start_against_the_exit() {
    check("a start against the exit", || {
        let ended = Arc::new(Mutex::new(false));
        let starter = interleave::thread::spawn({
            let ended = Arc::clone(&ended);
            move || {
                let body = move || *ended.lock() = true;
                match ungil_threads::Builder::new().daemon(false).spawn(body) {
                    Ok(_) => true,
                    Err(StartError::ShuttingDown) => false,
                    Err(error) => panic!("{error}"),
                }
            }
        });
        drop(ExitGuard::new());
        let seen = *ended.lock();
        let started = starter.join().unwrap();
        assert_eq!(seen, started, "a thread was started, and the exit has not waited for it");
    });
}

#[test]
fn the_exit_waits_for_a_thread_from_a_thread() {
    check("the exit waits for a thread from a thread", || {
        let ended = Arc::new(Mutex::new(false));
        let body = {
            let ended = Arc::clone(&ended);
            move || *ended.lock() = true
        };
        // As the main thread's would be: the model's first thread is a foreign one, which counts as a daemon.
        let child = ungil_threads::Builder::new().daemon(false);
        child.spawn(move || drop(spawn(body))).unwrap();
        drop(ExitGuard::new());
        assert!(*ended.lock(), "the exit has not waited for the thread that a thread has started");
    });
}

#[test]
fn a_registration_against_the_exit() {
    check("a registration against the exit", || {
        let called = Arc::new(Mutex::new(false));
        let registrar = interleave::thread::spawn({
            let called = Arc::clone(&called);
            move || at_exit(move || *called.lock() = true).is_ok()
        });
        drop(ExitGuard::new());
        let seen = *called.lock();
        assert_eq!(seen, registrar.join().unwrap(), "a callback was accepted, and not called");
    });
}

// ---- timer, local

#[test]
fn a_timer_fires_or_is_cancelled() {
    check("a timer fires or is cancelled", || {
        let timer = Timer::after(Duration::from_secs(1), || ());
        let cancelled = timer.cancel();
        assert_eq!(timer.join().unwrap().is_none(), cancelled);
    });
}

#[test]
fn two_threads_and_a_local() {
    check("two threads and a local", || {
        let local = Arc::new(Local::new(|| 0));
        let other = spawn({
            let local = Arc::clone(&local);
            move || {
                local.with(|n| *n += 1);
                local.with(|n| *n)
            }
        });
        local.with(|n| *n += 10);
        assert_eq!(other.join(), Ok(&1));
        assert_eq!(local.with(|n| *n), 10);
    });
}
