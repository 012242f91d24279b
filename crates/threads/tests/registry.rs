//! Which threads there are: `current`, `main_thread`, `enumerate`; and threads that somebody else has started.

mod support;

use std::sync::mpsc::channel;

use support::{LastAct, NET, OnDrop, at_thread_end, blocked, gate, next, program, programs};
use ungil_threads::{
    Builder, Thread, ThreadInfo, active_count, current, enumerate, get_ident, get_native_id, main_thread,
    spawn,
};

programs! { main_thread_is_current_in_main, active_count_is_exact, enumerate_is_in_the_order_of_the_starts }

/// A running foreign thread, as it sees itself.
fn foreign() -> (std::sync::mpsc::Sender<()>, ThreadInfo, std::thread::JoinHandle<()>) {
    let (sender, info) = channel();
    let (open, gate) = gate();
    let handle = std::thread::spawn(move || {
        sender.send(current()).unwrap();
        gate.pass();
    });
    (open, next(&info), handle)
}

#[test]
fn foreign_thread() {
    let (_open, info, _handle) = foreign();
    assert!(enumerate().contains(&info));
    assert!(info.is_alive());
    assert!(info.is_daemon());
    assert_eq!(info.name(), format!("Dummy-{}", info.ident().unwrap()));
}

#[test]
fn a_foreign_thread_can_be_joined() {
    let (open, info, handle) = foreign();
    let seen = info.clone();
    let joiner = spawn(move || seen.join_timeout(NET));
    drop(open);
    assert_eq!(joiner.join_timeout(NET), Ok(&Ok(())));
    assert!(!info.is_alive());
    handle.join().unwrap();
}

#[test]
fn a_foreign_thread_vanishes_when_it_ends() {
    let (open, info, handle) = foreign();
    drop(open);
    handle.join().unwrap();
    assert!(!enumerate().contains(&info));
}

#[test]
fn a_foreign_thread_is_unknown_until_it_asks() {
    let (sender, native_id) = channel();
    let (_open, gate) = gate();
    std::thread::spawn(move || {
        sender.send(get_native_id()).unwrap();
        gate.pass();
    });
    if let Some(unseen) = next(&native_id) {
        assert!(enumerate().iter().all(|t| t.native_id() != Some(unseen)));
    }
}

#[test]
fn a_foreign_thread_stays_the_same() {
    let same = std::thread::spawn(|| current() == current() && current().ident() == Some(get_ident()));
    assert!(same.join().unwrap());
    assert_ne!(std::thread::spawn(current).join().unwrap(), current());
}

#[test]
fn enumerate_after_join() {
    for _ in 0..200 {
        let t = spawn(|| ());
        t.join().unwrap();
        assert!(!enumerate().contains(t.info()));
    }
}

/// It has finished, though a destructor still runs in it.
#[test]
fn enumerate_after_a_join_with_a_limit() {
    let (_open, gate) = gate();
    let t = spawn(move || at_thread_end(move || gate.pass()));
    t.join_timeout(NET).unwrap();
    assert!(!enumerate().contains(t.info()));
}

#[test]
fn who_was_not_started_is_not_enumerated() {
    assert!(!enumerate().contains(Thread::new(|| ()).info()));
}

#[test]
fn who_runs_is_enumerated() {
    let (_open, t) = blocked();
    assert!(enumerate().contains(t.info()));
}

#[test]
fn a_thread_finds_itself_enumerated() {
    let t = spawn(|| enumerate().contains(&current()));
    assert_eq!(t.join_timeout(NET), Ok(&true));
}

#[test]
fn enumerate_is_in_the_order_of_the_starts() {
    let ended = program(|| {
        let (open, gates): (Vec<_>, Vec<_>) = (0..3).map(|_| gate()).unzip();
        let build =
            |(n, gate): (usize, support::Gate)| Builder::new().name(n.to_string()).build(move || gate.pass());
        let threads: Vec<_> = gates.into_iter().enumerate().map(build).collect();
        threads.iter().rev().for_each(|t| t.start().unwrap());
        enumerate().iter().for_each(|t| println!("{}", t.name()));
        drop(open);
    });
    assert_eq!(ended.lines(), ["MainThread", "2", "1", "0"]);
}

#[test]
fn active_count_is_exact() {
    let ended = program(|| {
        assert_eq!(active_count(), 1);
        let (open, t) = blocked();
        let new = Thread::new(|| ());
        assert_eq!(active_count(), 2);
        drop(open);
        t.join_timeout(NET).unwrap();
        assert_eq!(active_count(), 1);
        drop(new);
    });
    assert!(ended.lines().is_empty());
}

#[test]
fn main_thread_is_the_first() {
    let main = main_thread();
    assert_eq!((&*main.name(), main.ident().unwrap().get()), ("MainThread", 1));
    assert!(main.is_alive() && !main.is_daemon());
    assert_eq!(enumerate().first(), Some(&main));
    assert_ne!(current(), main);
    let elsewhere = spawn(main_thread);
    assert_eq!(elsewhere.join_timeout(NET), Ok(&main));
}

#[test]
fn main_thread_is_current_in_main() {
    let ended = program(|| {
        assert_eq!(current(), main_thread());
        assert_eq!(get_ident().get(), 1);
        assert_eq!(current().native_id(), get_native_id());
        assert!(spawn(|| ()).info() != &main_thread());
        assert!(!Thread::new(|| ()).is_daemon());
    });
    assert!(ended.lines().is_empty());
}

#[test]
fn main_thread_may_be_seen_first_by_another_thread() {
    // Here libtest's main thread has never called us.
    let main = main_thread();
    assert_eq!(main.native_id(), cfg!(target_os = "linux").then(|| std::process::id().into()));
}

#[test]
fn native_ids_differ() {
    let (_a, t) = blocked();
    let (_b, u) = blocked();
    if cfg!(target_os = "linux") {
        assert_ne!(t.native_id(), u.native_id());
        assert_ne!(t.native_id(), get_native_id());
    }
}

/// There the registry's own `thread_local!` may be gone already.
#[test]
fn current_works_in_a_destructor_of_a_thread_local() {
    thread_local! {
        static BEFORE: LastAct = const { LastAct::new(None) };
        static AFTER: LastAct = const { LastAct::new(None) };
    }
    let (sender, seen) = channel();
    let tell = || {
        let sender = sender.clone();
        OnDrop(Box::new(move || sender.send(current()).unwrap()) as Box<dyn FnMut() + Send>)
    };
    let (before, after) = (tell(), tell());
    let t = std::thread::spawn(move || {
        BEFORE.set(Some(before));
        current();
        AFTER.set(Some(after));
    });
    let seen = [next(&seen), next(&seen)];
    t.join().unwrap();
    assert!(seen.iter().all(|info| !enumerate().contains(info) && !info.is_alive()));
}
