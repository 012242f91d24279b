//! Executions that do not end, and models that are too large.

use std::time::Duration;

use interleave::sync::Arc;
use interleave::sync::atomic::AtomicBool;
use interleave::sync::atomic::Ordering::{Acquire, Release, SeqCst};
use interleave::{Kind, Model, thread};

use crate::support::fails;

fn short() -> Model {
    Model::new().time(Duration::from_millis(300))
}

#[test]
fn a_spin_loop_that_does_not_give_way() {
    let failure = fails("spin", Kind::Livelock, Model::new(), || {
        let ready = Arc::new(AtomicBool::new(false));
        let other = {
            let ready = Arc::clone(&ready);
            thread::spawn(move || ready.store(true, Release))
        };
        while !ready.load(Acquire) {}
        other.join().unwrap();
    });
    assert!(failure.explanation.starts_with("main runs line"));
}

#[test]
fn an_endless_loop() {
    let failure = fails("endless_loop", Kind::Hang, short(), || {
        let ready = Arc::new(AtomicBool::new(false));
        let other = {
            let ready = Arc::clone(&ready);
            thread::spawn(move || ready.store(true, Release))
        };
        if !ready.load(Acquire) {
            loop {
                std::thread::park();
            }
        }
        other.join().unwrap();
    });
    assert!(failure.explanation.starts_with("main has made no step since line"), "{}", failure.explanation);
}

#[test]
fn a_lock_of_std_inside_a_model() {
    fails("std_mutex", Kind::Hang, short(), || {
        let n = Arc::new(std::sync::Mutex::new(0));
        let turn = Arc::new(AtomicBool::new(false));
        let other = {
            let (n, turn) = (Arc::clone(&n), Arc::clone(&turn));
            thread::spawn(move || {
                let mut n = n.lock().unwrap();
                turn.store(true, SeqCst);
                *n += 1;
            })
        };
        let mut guard = n.lock().unwrap();
        turn.store(false, SeqCst);
        *guard += 1;
        drop(guard);
        other.join().unwrap();
    });
}

#[test]
fn a_sixth_thread() {
    let failure = fails("six_threads", Kind::CannotJudge, Model::new(), || {
        for _ in 0..5 {
            thread::spawn(|| ()).join().unwrap();
        }
    });
    assert!(failure.message.contains("a sixth thread"));
}

#[test]
fn more_steps_than_the_model_allows() {
    fails("too_long", Kind::CannotJudge, Model::new().steps(100), || {
        let flags: Vec<_> = (0..200).map(|_| AtomicBool::new(false)).collect();
        let set = |flag: &AtomicBool| flag.store(true, SeqCst);
        set(&flags[0]);
        set(&flags[1]);
        for flag in &flags[2..] {
            flag.load(SeqCst);
        }
    });
}

#[test]
fn a_model_that_is_not_deterministic() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    fails("not_deterministic", Kind::CannotJudge, Model::new(), || {
        let flag = Arc::new(AtomicBool::new(false));
        let other = {
            let flag = Arc::clone(&flag);
            thread::spawn(move || flag.store(true, SeqCst))
        };
        for _ in 0..RUNS.fetch_add(1, Ordering::Relaxed) % 3 {
            flag.load(SeqCst);
        }
        other.join().unwrap();
    });
}
