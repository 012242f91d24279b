//! The detector of lock orders, which debug builds have.
#![cfg(all(debug_assertions, not(ungil_model)))]

use std::sync::{Mutex, Once};
use std::time::Duration;

use ungil_primitives::lock_order::{self, Report};
use ungil_primitives::{Condition, Lock, RLock};

static REPORTS: Mutex<Vec<Report>> = Mutex::new(Vec::new());

/// What was reported of locks around `T` while `f` ran. The tests run side by side, so each has a `T` of its own.
fn reports<T>(f: impl FnOnce()) -> Vec<Report> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| lock_order::set_hook(|report| REPORTS.lock().unwrap().push(report.clone())));
    f();
    let of_ours = |report: &Report| match report {
        Report::Cycle(links) => links.iter().any(|link| link.takes.of == std::any::type_name::<T>()),
        Report::WaitsWithLock { holds, .. } => holds.of == std::any::type_name::<T>(),
        _ => false,
    };
    REPORTS.lock().unwrap().iter().filter(|report| of_ours(report)).cloned().collect()
}

fn in_thread(name: &str, f: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        // Named as ours are.
        let run = || {
            ungil_threads::current().set_name(name);
            f();
        };
        scope.spawn(run).join().unwrap();
    });
}

#[test]
fn two_locks_in_two_orders() {
    struct Fork;
    let (left, right) = (Lock::new(Fork), Lock::new(Fork));
    let reports = reports::<Fork>(|| {
        in_thread("Plato", || drop((left.lock(), right.lock())));
        in_thread("Kant", || drop((right.lock(), left.lock())));
    });
    let [Report::Cycle(links)] = &reports[..] else { panic!("{reports:?}") };
    let [kant, plato] = &links[..] else { panic!("{links:?}") };
    assert_eq!((&*kant.thread, &*plato.thread), ("Kant", "Plato"));
    assert_eq!((kant.holds.made, kant.takes.made), (plato.takes.made, plato.holds.made));
    assert!(kant.holds.at.line() > plato.takes.at.line());
    let text = reports[0].to_string();
    assert!(text.contains("Kant has the Lock<lock_order::two_locks_in_two_orders::Fork> of "), "{text}");
    assert!(text.contains("tests/lock_order.rs:"), "{text}");
}

#[test]
fn three_locks_in_a_cycle() {
    struct Fork;
    let forks = [(); 3].map(|()| Lock::new(Fork));
    let reports = reports::<Fork>(|| {
        for i in 0..3 {
            in_thread("philosopher", || drop((forks[i].lock(), forks[(i + 1) % 3].lock())));
        }
    });
    assert!(matches!(&reports[..], [Report::Cycle(links)] if links.len() == 3), "{reports:?}");
}

#[test]
fn a_cycle_is_reported_once() {
    struct Once;
    let (a, b) = (Lock::new(Once), Lock::new(Once));
    let reports = reports::<Once>(|| {
        for _ in 0..3 {
            drop((a.lock(), b.lock()));
            drop((b.lock(), a.lock()));
        }
    });
    assert_eq!(reports.len(), 1);
}

#[test]
fn one_order_is_fine() {
    struct Fine;
    let (a, b, c) = (Lock::new(Fine), RLock::new(Fine), Lock::new(Fine));
    let reports = reports::<Fine>(|| {
        drop((a.lock(), b.lock(), c.lock()));
        drop((a.lock(), c.lock()));
        drop((b.lock(), b.lock(), c.lock()));
        // Released before: no order.
        drop(c.lock());
        drop(a.lock());
    });
    assert_eq!(reports, []);
}

/// They come back by themselves, and block nobody for ever.
#[test]
fn attempts_are_fine() {
    struct Attempt;
    let (a, b) = (Lock::new(Attempt), Lock::new(Attempt));
    let reports = reports::<Attempt>(|| {
        drop((a.lock(), b.lock()));
        drop((b.lock(), a.try_lock().unwrap()));
        drop((b.lock(), a.lock_timeout(Duration::from_secs(9)).unwrap()));
    });
    assert_eq!(reports, []);
}

/// But what was taken by an attempt is held like all else.
#[test]
fn what_an_attempt_has_taken_counts() {
    struct Attempt;
    let (a, b) = (Lock::new(Attempt), RLock::new(Attempt));
    let reports = reports::<Attempt>(|| {
        drop((a.try_lock().unwrap(), b.lock()));
        drop((b.try_lock().unwrap(), a.lock()));
    });
    assert_eq!(reports.len(), 1);
}

#[test]
fn a_lock_that_moves_keeps_its_place() {
    struct Moves;
    let (a, b) = (Lock::new(Moves), Lock::new(Moves));
    let reports = reports::<Moves>(|| {
        drop((a.lock(), b.lock()));
        let boxes = (Box::new(a), Box::new(b));
        drop((boxes.1.lock(), boxes.0.lock()));
    });
    assert_eq!(reports.len(), 1);
}

#[test]
fn a_wait_with_another_lock() {
    struct Other;
    let (other, lock, changed) = (Lock::new(Other), Lock::new(()), Condition::new());
    let reports = reports::<Other>(|| {
        let _other = other.lock();
        for _ in 0..2 {
            let _ = changed.wait_timeout(&mut lock.lock(), Duration::from_millis(1));
        }
    });
    assert!(matches!(&reports[..], [Report::WaitsWithLock { .. }]), "{reports:?}");
    let text = reports[0].to_string();
    assert!(text.contains("waits for a condition at "), "{text}");
}

#[test]
fn a_wait_with_its_own_lock_is_fine() {
    struct Own;
    let (lock, changed) = (RLock::new(Own), Condition::new());
    let reports = reports::<Own>(|| {
        let _outer = lock.lock();
        let _ = changed.wait_timeout(&mut lock.lock(), Duration::from_millis(1));
        // And both guards are there again.
        assert_eq!(lock.count(), 1);
    });
    assert_eq!(reports, []);
}

/// The rest of a wait is not held: another lock's order does not count while it sleeps.
#[test]
fn what_is_held_is_right_again_after_a_wait() {
    struct After;
    let (lock, other, changed) = (Lock::new(After), Lock::new(After), Condition::new());
    let reports = reports::<After>(|| {
        let mut guard = lock.lock();
        let _ = changed.wait_timeout(&mut guard, Duration::from_millis(1));
        drop(other.lock());
        drop(guard);
        drop((other.lock(), lock.lock()));
    });
    assert_eq!(reports.len(), 1);
}
