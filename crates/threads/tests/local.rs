//! A value of its own for each thread.

mod support;

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Barrier};

use support::{LastAct, NET, OnDrop, all, gate, next, take_a_while};
use ungil_threads::{Builder, JoinError, Local, Thread, get_ident, scope, spawn};

/// A value that tells when it is dropped.
struct Told(u32, Sender<u32>);

impl Drop for Told {
    fn drop(&mut self) {
        let _ = self.1.send(self.0);
    }
}

/// A local whose values are numbered, and tell when they are dropped.
fn told() -> (Arc<Local<Told>>, std::sync::mpsc::Receiver<u32>) {
    let (sender, dropped) = channel();
    let n = AtomicUsize::new(0);
    let init = move || Told(n.fetch_add(1, Ordering::Relaxed) as u32, sender.clone());
    (Arc::new(Local::new(init)), dropped)
}

/// A thread that has a value, and stays until the sender is dropped.
fn user<T: Send + 'static>(local: &Arc<Local<T>>, f: fn(&mut T)) -> (Sender<()>, Thread<()>) {
    let (open, gate) = gate();
    let (sender, used) = channel();
    let weak = Arc::downgrade(local);
    let t = spawn(move || {
        weak.upgrade().unwrap().with(f);
        sender.send(()).unwrap();
        gate.pass();
    });
    next(&used);
    (open, t)
}

/// In CPython: a local does not keep the values of threads that have ended.
#[test]
fn local_refs() {
    let (local, dropped) = told();
    for n in 0..20 {
        let (_, t) = user(&local, |_| ());
        t.join_timeout(NET).unwrap();
        assert_eq!(dropped.try_recv(), Ok(n));
    }
    assert_eq!(Arc::into_inner(local).unwrap().into_values().len(), 0);
}

/// In CPython: the `__init__` of a subclass runs in each thread.
#[test]
fn derived() {
    let local = Local::new(get_ident);
    let is_mine = || local.with(|ident| *ident) == get_ident();
    assert!(is_mine());
    scope(|s| {
        for t in [s.spawn(is_mine), s.spawn(is_mine)] {
            assert_eq!(t.join_timeout(NET), Ok(&true));
        }
    });
}

/// In CPython: and it gets the arguments that the local was made with, in each thread again.
#[test]
fn arguments() {
    let (list, calls) = (vec!["a"], Arc::new(AtomicUsize::new(0)));
    let counts = Arc::clone(&calls);
    let local = Local::new(move || {
        counts.fetch_add(1, Ordering::Relaxed);
        list.clone()
    });
    let push = || local.with(|list| list.push("b"));
    scope(|s| {
        for _ in 0..2 {
            s.spawn(|| (push(), push()));
        }
    });
    push();
    assert_eq!(local.with(|list| list.clone()), ["a", "b"]);
    assert_eq!(calls.load(Ordering::Relaxed), 3);
}

#[test]
fn threading_local() {
    let local = Local::new(|| 0);
    local.with(|n| *n = 1);
    scope(|s| {
        let together = Arc::new(Barrier::new(3));
        for me in [2, 3, 4] {
            let (local, together) = (&local, Arc::clone(&together));
            let t = move || {
                local.with(|n| *n += me);
                together.wait();
                assert_eq!(local.with(|n| *n), me);
            };
            s.spawn(t);
        }
    });
    assert_eq!(local.with(|n| *n), 1);
}

/// In CPython: threads that end while the local goes away. Here: each value is dropped once, by one of the two.
#[test]
fn threading_local_clear_race() {
    for _ in 0..100 {
        let (local, dropped) = told();
        let (mut open, threads): (Vec<_>, Vec<_>) = (0..4).map(|_| user(&local, |_| ())).unzip();
        open.remove(0);
        threads[0].join_timeout(NET).unwrap();
        let local = Arc::into_inner(local).unwrap();
        drop(open);
        drop(local);
        threads.iter().for_each(|t| assert!(t.join_timeout(NET).is_ok()));
        let mut dropped: Vec<_> = dropped.try_iter().collect();
        dropped.sort();
        assert_eq!(dropped, [0, 1, 2, 3]);
    }
}

#[test]
fn a_value_is_dropped_before_its_thread_counts_as_finished() {
    let (sender, dropped) = channel();
    let local = Arc::new(Local::new(move || {
        let sender = sender.clone();
        OnDrop(move || {
            take_a_while();
            sender.send(()).unwrap();
        })
    }));
    let used = Arc::clone(&local);
    let t = spawn(move || used.with(|_| ()));
    t.join_timeout(NET).unwrap();
    assert_eq!(dropped.try_recv(), Ok(()));
}

#[test]
fn a_value_is_dropped_in_its_thread() {
    let (sender, dropped_in) = channel();
    let init = move || {
        let sender = sender.clone();
        OnDrop(move || sender.send(get_ident()).unwrap())
    };
    let local = Local::new(init);
    let ident = scope(|s| {
        let t = s.spawn(|| local.with(|_| get_ident()));
        *t.join_timeout(NET).unwrap()
    });
    assert_eq!(next(&dropped_in), ident);
}

#[test]
fn a_value_is_dropped_when_its_thread_panics() {
    let (local, dropped) = told();
    let t = spawn(move || local.with(|_| panic!("no luck")));
    assert!(matches!(t.join_timeout(NET), Err::<&(), _>(JoinError::Panicked(_))));
    assert_eq!(all(&dropped), [0]);
}

#[test]
fn a_panic_inside_with_leaves_the_value_usable() {
    let local = Local::new(|| 1);
    let panics = std::panic::AssertUnwindSafe(|| {
        local.with(|n| {
            *n = 2;
            panic!("no luck")
        })
    });
    assert!(std::panic::catch_unwind(panics).is_err());
    assert_eq!(local.with(|n| *n), 2);
}

#[test]
fn the_values_of_all_threads_go_with_the_local() {
    let (local, dropped) = told();
    let (_open, _threads): (Vec<_>, Vec<_>) = (0..3).map(|_| user(&local, |_| ())).unzip();
    assert!(dropped.try_recv().is_err());
    drop(local);
    let mut dropped = all(&dropped);
    dropped.sort();
    assert_eq!(dropped, [0, 1, 2]);
}

#[test]
fn a_foreign_threads_value_goes_with_it() {
    let (local, dropped) = told();
    let foreign = Arc::clone(&local);
    std::thread::spawn(move || foreign.with(|_| ())).join().unwrap();
    assert_eq!(dropped.try_recv(), Ok(0));
}

#[test]
fn into_values_gives_those_of_living_threads() {
    let local = Arc::new(Local::new(|| 0));
    let (_open_a, _a) = user(&local, |n| *n = 1);
    let (_open_b, _b) = user(&local, |n| *n = 2);
    let (_, gone) = user(&local, |n| *n = 3);
    gone.join_timeout(NET).unwrap();
    let mut values = Arc::into_inner(local).unwrap().into_values();
    values.sort();
    assert_eq!(values, [1, 2]);
}

#[test]
fn for_each_reaches_the_values_of_all_threads() {
    let shared = Arc::new(Local::new(|| 0));
    let (_open_a, _a) = user(&shared, |n| *n = 1);
    let (_open_b, _b) = user(&shared, |n| *n = 2);
    shared.with(|n| *n = 3);
    let mut local = Arc::into_inner(shared).unwrap();
    local.for_each(|n| *n *= 10);
    assert_eq!(local.with(|n| *n), 30);
    let mut values = local.into_values();
    values.sort();
    assert_eq!(values, [10, 20, 30]);
}

#[test]
fn for_each_may_wait_for_a_thread_that_has_a_value() {
    let shared = Arc::new(Local::new(|| 0));
    let (open, t) = user(&shared, |n| *n = 1);
    let mut open = Some(open);
    let mut local = Arc::into_inner(shared).unwrap();
    local.for_each(|_| {
        open.take();
        t.join_timeout(NET).unwrap();
    });
}

#[test]
fn two_locals_do_not_mix() {
    let (a, b) = (Local::new(|| 1), Local::new(|| 2));
    a.with(|a| b.with(|b| std::mem::swap(a, b)));
    assert_eq!((a.with(|a| *a), b.with(|b| *b)), (2, 1));
}

#[test]
fn init_may_use_another_local() {
    let base = Arc::new(Local::new(|| Cell::new(20)));
    let other = Arc::clone(&base);
    let local = Local::new(move || other.with(|base| base.replace(1)) + 1);
    assert_eq!(local.with(|n| *n), 21);
    assert_eq!(base.with(|base| base.get()), 1);
}

/// The inner call's value is first, and stays.
#[test]
fn init_may_use_its_own_local() {
    let local = Arc::new_cyclic(|me: &std::sync::Weak<Local<u32>>| {
        let (me, depth) = (me.clone(), AtomicUsize::new(0));
        Local::new(move || match depth.fetch_add(1, Ordering::Relaxed) {
            0 => me.upgrade().map_or(0, |me| me.with(|n| *n + 1)),
            _ => 2,
        })
    });
    assert_eq!(local.with(|n| *n), 2);
}

#[test]
fn inside_its_own_with_it_panics_and_says_so() {
    let local = Arc::new(Local::new(|| ()));
    let t = spawn(move || local.with(|_| local.with(|_| ())));
    let error = t.join_timeout(NET).unwrap_err();
    let message = error.panic().unwrap().message();
    assert!(message.contains("a Local is used inside its own `with`"), "{message}");
}

#[test]
fn a_values_destructor_may_use_another_local() {
    let (other, dropped) = told();
    let used = Arc::clone(&other);
    let local = Arc::new(Local::new(move || {
        let used = Arc::clone(&used);
        OnDrop(move || used.with(|told| told.0 = 42))
    }));
    let in_thread = Arc::clone(&local);
    let t = spawn(move || in_thread.with(|_| ()));
    t.join_timeout(NET).unwrap();
    assert_eq!(dropped.try_recv(), Ok(42));
}

/// There the list of the thread's locals may be gone already.
#[test]
fn it_works_in_a_destructor_of_a_thread_local() {
    thread_local! {
        static FIRST: LastAct = const { LastAct::new(None) };
    }
    let local = Arc::new(Local::new(|| 0));
    let (sender, values) = channel();
    let late = Arc::clone(&local);
    let last_act = move || sender.send(late.with(|n| *n)).unwrap();
    let t = Builder::new().spawn(move || {
        FIRST.set(Some(OnDrop(Box::new(last_act))));
        local.with(|n| *n = 1);
    });
    t.unwrap().join().unwrap();
    // The thread's own value is gone; this is another.
    assert_eq!(next(&values), 0);
}
