//! Threads that borrow.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use support::{NET, take_a_while};
use ungil_threads::{Builder, JoinError, Thread, current, enumerate, exit_thread, scope};

#[test]
fn threads_borrow_from_outside() {
    let numbers = [1, 2, 3];
    let mut sum = 0;
    scope(|s| {
        s.spawn(|| sum = numbers.iter().sum());
    });
    assert_eq!((sum, numbers.len()), (6, 3));
}

#[test]
fn it_waits_for_all_threads() {
    let done = AtomicUsize::new(0);
    let result = scope(|s| {
        for _ in 0..3 {
            s.spawn(|| {
                take_a_while();
                done.fetch_add(1, Ordering::Relaxed);
            });
        }
        "result"
    });
    assert_eq!((done.into_inner(), result), (3, "result"));
}

#[test]
fn a_join_gives_the_result() {
    let text = String::from("borrowed");
    let len = scope(|s| {
        let t = s.spawn(|| text.as_str());
        t.join_timeout(NET).unwrap().len()
    });
    assert_eq!(len, text.len());
}

#[test]
fn a_handle_outlives_the_scope() {
    let t = scope(|s| s.spawn(|| 42));
    assert_eq!(t.join_timeout(NET), Ok(&42));
    assert_eq!(t.try_unwrap().unwrap(), 42);
}

#[test]
fn a_thread_spawns_further_ones() {
    let done = AtomicUsize::new(0);
    let done = &done;
    scope(|s| {
        s.spawn(move || {
            s.spawn(move || {
                take_a_while();
                done.fetch_add(1, Ordering::Relaxed);
            });
        });
    });
    assert_eq!(done.load(Ordering::Relaxed), 1);
}

#[test]
fn a_panic_stays_with_its_thread() {
    let t: Thread<()> = scope(|s| s.spawn(|| panic!("no luck")));
    let error = t.join_timeout(NET).unwrap_err();
    assert_eq!(error.panic().unwrap().message(), "no luck");
}

#[test]
fn a_thread_may_exit() {
    assert_eq!(scope(|s| s.spawn(|| exit_thread())).join_timeout(NET), Err::<&(), _>(JoinError::Exited));
}

#[test]
fn a_panic_in_the_scope_waits_for_the_threads() {
    let done = AtomicUsize::new(0);
    let panics = std::panic::AssertUnwindSafe(|| {
        scope(|s| {
            s.spawn(|| {
                take_a_while();
                done.fetch_add(1, Ordering::Relaxed);
            });
            panic!("in the scope");
        })
    });
    assert!(std::panic::catch_unwind(panics).is_err());
    assert_eq!(done.load(Ordering::Relaxed), 1);
}

#[test]
fn scoped_threads_are_named_and_registered() {
    scope(|s| {
        let in_it = || enumerate().contains(&current());
        let t = Builder::new().name("borrower").spawn_scoped(s, in_it).unwrap();
        assert_eq!(t.name(), "borrower");
        assert_eq!(t.join_timeout(NET), Ok(&true));
        assert!(!enumerate().contains(t.info()));
    });
}

#[test]
fn a_thread_that_cannot_be_started_is_not_waited_for() {
    scope(|s| Builder::new().stack_size(usize::MAX / 4).spawn_scoped(s, || ()).unwrap_err());
}
