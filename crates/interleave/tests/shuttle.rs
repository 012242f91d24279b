//! The same types under shuttle: random searches, and executions that a caller schedules.

#[path = "pictures/holder.rs"]
mod holder;
#[path = "pictures/support.rs"]
mod support;

use std::time::Duration;

use interleave::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use interleave::sync::{Arc, Condvar, Mutex};
use interleave::{Actor, Backend, Coverage, Kind, Model, Scene, thread};

use holder::holder;
use support::{fails, wait};

fn shuttle() -> Model {
    Model::new().backend(Backend::Shuttle)
}

fn lost_update() {
    let n = Arc::new(AtomicUsize::new(0));
    let other = {
        let n = Arc::clone(&n);
        thread::spawn(move || {
            let seen = n.load(SeqCst);
            n.store(seen + 1, SeqCst);
        })
    };
    let seen = n.load(SeqCst);
    n.store(seen + 1, SeqCst);
    other.join().unwrap();
    assert_eq!(n.load(SeqCst), 2);
}

fn two_locks() {
    let a = Arc::new(Mutex::new(0));
    let b = Arc::new(Mutex::new(0));
    let (a2, b2) = (Arc::clone(&a), Arc::clone(&b));
    let other = thread::spawn(move || {
        let _a = a2.lock();
        let _b = b2.lock();
    });
    {
        let _b = b.lock();
        let _a = a.lock();
    }
    other.join().unwrap();
}

/// More threads than loom has.
fn pool(notifies: bool) {
    let jobs = Arc::new((Mutex::new((0..6).collect::<Vec<u32>>()), Condvar::new()));
    let done = Arc::new((Mutex::new(0), Condvar::new()));
    let workers: Vec<_> = (0..6)
        .map(|_| {
            let (jobs, done) = (Arc::clone(&jobs), Arc::clone(&done));
            thread::spawn(move || {
                let job = jobs.0.lock().pop();
                if job.is_some() {
                    *done.0.lock() += 1;
                    if notifies {
                        done.1.notify_one();
                    }
                }
            })
        })
        .collect();
    drop(done.1.wait_while(done.0.lock(), |done| *done < 6));
    for worker in workers {
        worker.join().unwrap();
    }
}

#[test]
fn random_searches_find_what_is_wrong() {
    fails("shuttle_lost_update", Kind::WrongValue, shuttle().seed(7), lost_update);
    let failure = fails("shuttle_abba", Kind::Deadlock, shuttle(), two_locks);
    assert_eq!(failure.seed, Some(0));
    assert_eq!(holder(&failure, "main").0, "T1");
    assert_eq!(wait(&failure, "T1").object.as_deref(), Some("b"));
}

#[test]
fn a_random_search_is_no_proof() {
    let explored = shuttle().executions(100).search(|| pool(true)).unwrap();
    assert_eq!((explored.executions, explored.coverage), (100, Coverage::Stopped));
    assert_eq!(explored.to_string(), "stopped after 100");
    let proved = std::panic::catch_unwind(|| shuttle().executions(100).prove(|| ()));
    assert!(proved.is_err(), "a sample is called a proof");
}

#[test]
fn a_pool_that_nobody_notifies() {
    let failure = fails("shuttle_pool", Kind::PartialDeadlock, shuttle(), || pool(false));
    assert_eq!(wait(&failure, "main").object.as_deref(), Some("done.1"));
}

#[test]
fn time_outs_locals_and_caught_panics_work_here_too() {
    interleave::thread_local! {
        static COUNT: std::cell::Cell<u32> = std::cell::Cell::new(0);
    }
    let explored = shuttle().executions(200).spurious(true).search(|| {
        let slot = Arc::new((Mutex::new(None), Condvar::new()));
        let putter = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || {
                COUNT.with(|count| count.set(count.get() + 1));
                assert_eq!(COUNT.with(std::cell::Cell::get), 1);
                let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    *slot.0.lock() = Some(1);
                    let _held = slot.0.lock();
                    panic!("the job fails");
                }));
                slot.1.notify_all();
            })
        };
        let limit = Duration::from_secs(1);
        drop(slot.1.wait_timeout_while(slot.0.lock(), limit, |item| item.is_none()));
        drop(slot.1.wait_while(slot.0.lock(), |item| item.is_none()));
        while !putter.is_finished() {
            thread::yield_now();
        }
        putter.join().unwrap();
    });
    assert_eq!(explored.unwrap().executions, 200);
}

#[test]
fn a_loop_that_gets_nowhere() {
    let failure = shuttle().search(|| {
        let flag = AtomicBool::new(false);
        while !flag.load(SeqCst) {}
    });
    assert_eq!(failure.unwrap_err().kind, Kind::Livelock);
}

fn next(actor: &Actor) -> String {
    actor.next.as_ref().map_or("begins".into(), |next| format!("{} ({})", next.text, next.line.text))
}

#[test]
fn the_caller_is_the_scheduler() {
    // main as far as it goes before its second lock, then the other.
    let mut seen = Vec::new();
    let failure = Model::new()
        .schedule(two_locks, |scene: &Scene| {
            let [main, others @ ..] = &scene.threads[..] else { return None };
            if let [other] = others {
                let state = |actor: &Actor| {
                    if actor.can_go_on { next(actor) } else { format!("blocked in {}", next(actor)) }
                };
                seen.push(format!("main: {} | T1: {}", state(main), state(other)));
            }
            let main_first = main.can_go_on && !next(main).starts_with("a.lock");
            let other = others.first().filter(|other| other.can_go_on);
            Some(if main_first || other.is_none() { 0 } else { 1 })
        })
        .unwrap_err();
    assert_eq!(failure.kind, Kind::Deadlock, "{failure}");
    assert_eq!(holder(&failure, "main").0, "T1");
    support::same("played", &format!("{}\n\n{failure}", seen.join("\n")));
}

#[test]
fn a_choice_is_a_step() {
    // Locks that are held, a sleep, a wake-up, joins: none of them takes a choice without showing a step.
    for order in [[0, 1], [1, 0]] {
        let mut steps = None;
        let explored = Model::new().schedule(
            || {
                let slot = Arc::new((Mutex::new(None), Condvar::new()));
                let putter = {
                    let slot = Arc::clone(&slot);
                    thread::spawn(move || {
                        *slot.0.lock() = Some(1);
                        slot.1.notify_one();
                    })
                };
                drop(slot.1.wait_while(slot.0.lock(), |item| item.is_none()));
                putter.join().unwrap();
            },
            |scene| {
                assert!(steps < Some(scene.steps.len()), "no step since {steps:?}: {scene:#?}");
                steps = Some(scene.steps.len());
                let can = |thread: &usize| scene.threads.get(*thread).is_some_and(|actor| actor.can_go_on);
                let choice = order.into_iter().find(can);
                assert_eq!(choice.is_none(), scene.threads.iter().all(|actor| actor.ended), "{scene:#?}");
                choice
            },
        );
        assert_eq!(explored.unwrap().executions, 1);
    }
}

#[test]
fn a_wake_up_for_no_reason_is_a_choice() {
    let sleep = || {
        let slot = Arc::new((Mutex::new(()), Condvar::new()));
        drop(slot.1.wait(slot.0.lock()));
    };
    let first = |scene: &Scene| scene.threads.iter().position(|actor| actor.can_go_on);
    let mut last = String::new();
    let explored = Model::new().spurious(true).schedule(sleep, |scene| {
        last = scene.steps.iter().map(|step| format!("{}; ", step.text)).collect();
        first(scene)
    });
    assert!(explored.is_ok() && last.contains("slot.1.wait: spurious wake-up"), "{explored:?} {last}");
    assert_eq!(Model::new().schedule(sleep, first).unwrap_err().kind, Kind::Deadlock);
}

#[test]
fn a_play_may_succeed_or_stop() {
    let explored =
        Model::new().schedule(lost_update, |scene| scene.threads.iter().position(|actor| actor.can_go_on));
    assert_eq!(explored.unwrap().executions, 1);
    let explored = Model::new().schedule(lost_update, |_| None);
    assert_eq!(explored.unwrap().to_string(), "stopped after 0");
}
