//! One thread: its name, its start, its number, whether it is a daemon, and what can be known of it.

mod support;

use std::sync::Barrier;
use std::sync::mpsc::channel;

use support::{NET, OnDrop, all, blocked, gate, next};
use ungil_threads::{
    Builder, Ident, JoinError, Local, Panic, Registration, Runnable, StartError, StopSource, StopToken,
    Thread, ThreadInfo, Timer, current, enumerate, get_ident, get_native_id, spawn,
};

const _: () = {
    const fn send_and_sync<T: Send + Sync>() {}
    const fn results_that_are<T: Send + Sync>() {
        send_and_sync::<Thread<T>>();
        send_and_sync::<Timer<T>>();
    }
    const fn values_that_are<T: Send>() {
        send_and_sync::<Local<T>>();
    }
    results_that_are::<String>();
    values_that_are::<std::cell::Cell<u8>>();
    send_and_sync::<ThreadInfo>();
    send_and_sync::<Panic>();
    send_and_sync::<StopSource>();
    send_and_sync::<StopToken>();
    send_and_sync::<Registration>();
};

/// A stack that no operating system gives.
const TOO_LARGE: usize = usize::MAX / 4;

fn countdown() {}

struct Countdown(u32);

impl Runnable for Countdown {
    type Output = Vec<u32>;

    fn run(self) -> Vec<u32> {
        (0..self.0).rev().collect()
    }
}

/// N of the name `Thread-N rest`.
#[track_caller]
fn number(info: &ThreadInfo, rest: &str) -> u64 {
    let name = info.name();
    let n = name.strip_prefix("Thread-").and_then(|name| name.strip_suffix(rest));
    n.and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("a default name: {name:?}"))
}

#[test]
fn name() {
    assert_eq!(Builder::new().name("cruncher").build(countdown).name(), "cruncher");
    assert_eq!(Builder::new().name("").build(countdown).name(), "");
    number(&Thread::new(countdown), " (countdown)");
    number(&Thread::new(Countdown(3)), "");
}

#[test]
fn default_names_are_numbered() {
    let numbers: Vec<_> = (0..3).map(|_| number(&Thread::new(countdown), " (countdown)")).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
}

#[test]
fn a_closure_is_named_after_the_function_around_it() {
    number(&spawn(|| ()), " (a_closure_is_named_after_the_function_around_it::{closure})");
    let inner = || || ();
    number(&spawn(inner()), " (a_closure_is_named_after_the_function_around_it::{closure})");
}

#[test]
fn a_name_can_be_changed_at_any_time() {
    let (open, gate) = gate();
    let t = Thread::new(move || gate.pass());
    t.set_name("new");
    assert_eq!(t.name(), "new");
    t.start().unwrap();
    t.set_name("running");
    assert_eq!(t.name(), "running");
    drop(open);
    t.join_timeout(NET).unwrap();
    t.set_name("finished");
    assert_eq!(t.name(), "finished");
}

#[test]
fn args_argument() {
    let (sender, seen) = channel();
    let (number, text, list) = (1, "two", vec![3]);
    let t = Thread::new(move || sender.send(format!("{number} {text} {list:?}")).unwrap());
    t.start().unwrap();
    assert_eq!(next(&seen), "1 two [3]");
}

#[test]
fn a_type_with_a_run_method() {
    assert_eq!(spawn(Countdown(3)).join_timeout(NET), Ok(&vec![2, 1, 0]));
}

fn ten_threads(builder: &Builder) {
    let (ready, is_ready) = channel();
    let (open, gates): (Vec<_>, Vec<_>) = (0..10).map(|_| gate()).unzip();
    let body = |gate: support::Gate| {
        let ready = ready.clone();
        move || {
            ready.send(get_ident()).unwrap();
            gate.pass();
        }
    };
    let threads: Vec<_> = gates.into_iter().map(|gate| builder.clone().build(body(gate))).collect();
    for t in &threads {
        assert!(t.ident().is_none() && t.native_id().is_none() && !t.is_alive());
        assert!(format!("{t:?}").contains(", initial"), "{t:?}");
        t.start().unwrap();
        assert!(t.is_alive());
    }
    let mut idents: Vec<Ident> = threads.iter().map(|_| next(&is_ready)).collect();
    idents.sort();
    assert_eq!(idents, threads.iter().map(|t| t.ident().unwrap()).collect::<Vec<_>>());
    drop(open);
    for t in &threads {
        t.join_timeout(NET).unwrap();
        assert!(!t.is_alive());
        assert!(t.ident().is_some());
        assert!(format!("{t:?}").contains(", stopped"), "{t:?}");
    }
}

#[test]
fn various_ops() {
    ten_threads(&Builder::new());
}

#[test]
fn various_ops_small_stack() {
    ten_threads(&Builder::new().stack_size(256 * 1024));
}

#[test]
fn a_large_stack_is_there() {
    const MIB: usize = 1024 * 1024;
    // More than the default stack, and room for the copies that a debug build makes.
    let fill = || std::hint::black_box([1_u8; 4 * MIB]).iter().filter(|&&byte| byte == 1).count();
    let t = Builder::new().stack_size(64 * MIB).spawn(fill).unwrap();
    assert_eq!(t.join_timeout(NET), Ok(&(4 * MIB)));
}

#[test]
fn ident_of_no_threading_threads() {
    let foreign = std::thread::spawn(|| (current().ident(), get_ident()));
    let (ident, same) = foreign.join().unwrap();
    assert_eq!(ident, Some(same));
    assert!(same.get() > 1);
    assert_ne!(same, get_ident());
}

#[test]
fn idents_follow_the_order_of_the_starts() {
    let (first, second) = (Thread::new(|| ()), Thread::new(|| ()));
    second.start().unwrap();
    first.start().unwrap();
    assert!(second.ident() < first.ident());
}

#[test]
fn an_ident_is_never_used_again() {
    let idents: Vec<_> = (0..20)
        .map(|_| {
            let t = spawn(get_ident);
            *t.join_timeout(NET).unwrap()
        })
        .collect();
    assert!(idents.is_sorted_by(|a, b| a < b), "{idents:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn native_id_is_the_kernels_and_stays_readable() {
    let t = Thread::new(get_native_id);
    assert_eq!(t.native_id(), None);
    t.start().unwrap();
    let native_id = t.native_id();
    assert!(native_id.is_some());
    assert_eq!(t.join_timeout(NET), Ok(&native_id));
    assert_eq!(t.native_id(), native_id);
}

#[test]
fn the_thread_itself_is_current_in_it() {
    let t = Thread::new(current);
    t.start().unwrap();
    assert_eq!(t.join_timeout(NET), Ok(t.info()));
    assert_ne!(&current(), t.info());
}

#[test]
fn a_thread_finds_itself_alive() {
    let t = spawn(|| current().is_alive());
    assert_eq!(t.join_timeout(NET), Ok(&true));
}

#[test]
fn equal_infos_are_the_same_thread() {
    let same_name = || Builder::new().name("same").build(|| ());
    let (a, b) = (same_name(), same_name());
    assert_eq!(a.info(), &a.clone().info().clone());
    assert_ne!(a.info(), b.info());
}

/// In CPython: a thread that nobody joins leaves nothing behind.
#[test]
fn leak_without_join() {
    let (sender, messages) = channel();
    let (open, gate) = gate();
    let t = spawn(move || {
        gate.pass();
        sender.send("the thread runs on").unwrap();
        OnDrop(move || sender.send("its result is dropped").unwrap())
    });
    let info = t.info().clone();
    drop(t);
    drop(open);
    info.join_timeout(NET).unwrap();
    assert_eq!(messages.try_iter().collect::<Vec<_>>(), ["the thread runs on", "its result is dropped"]);
}

#[test]
fn what_is_never_started_is_dropped() {
    let (sender, messages) = channel();
    let captured = OnDrop(move || sender.send("dropped").unwrap());
    drop(Thread::new(move || drop(captured)));
    assert_eq!(all(&messages), ["dropped"]);
}

#[test]
fn daemon_param() {
    for daemon in [true, false] {
        assert_eq!(Builder::new().daemon(daemon).build(|| ()).is_daemon(), daemon);
    }
}

#[test]
fn daemon_is_inherited_from_the_creator() {
    for daemon in [true, false] {
        let child = || Thread::new(|| ()).is_daemon();
        let parent = Builder::new().daemon(daemon).spawn(child).unwrap();
        assert_eq!(parent.join_timeout(NET), Ok(&daemon));
    }
}

#[test]
fn repr_daemon() {
    let repr = |daemon| format!("{:?}", Builder::new().name("t").daemon(daemon).build(|| ()));
    assert_eq!(repr(false), "Thread(t, initial)");
    assert_eq!(repr(true), "Thread(t, initial daemon)");
}

#[test]
fn debug_tells_the_life() {
    let (open, gate) = gate();
    let t = Builder::new().name("t").daemon(false).spawn(move || gate.pass()).unwrap();
    let ident = t.ident().unwrap();
    assert_eq!(format!("{t:?}"), format!("Thread(t, started {ident})"));
    drop(open);
    t.join_timeout(NET).unwrap();
    assert_eq!(format!("{:?}", t.info()), format!("Thread(t, stopped {ident})"));
}

#[test]
fn start_thread_again() {
    let (open, gate) = gate();
    let t = Thread::new(move || gate.pass());
    t.start().unwrap();
    assert!(matches!(t.start(), Err(StartError::AlreadyStarted)));
    drop(open);
    t.join_timeout(NET).unwrap();
    assert!(matches!(t.start(), Err(StartError::AlreadyStarted)));
}

#[test]
fn of_many_starts_at_once_one_succeeds() {
    let (sender, runs) = channel();
    let t = Thread::new(move || sender.send(()).unwrap());
    let together = Barrier::new(4);
    let started = std::thread::scope(|s| {
        let start = || {
            together.wait();
            t.start().is_ok()
        };
        let starters: Vec<_> = (0..4).map(|_| s.spawn(start)).collect();
        starters.into_iter().filter_map(|starter| starter.join().unwrap().then_some(())).count()
    });
    assert_eq!(started, 1);
    assert_eq!(all(&runs), [()]);
}

#[test]
fn daemonize_active_thread() {
    let (open, t) = blocked();
    let daemon = t.is_daemon();
    assert!(matches!(t.set_daemon(!daemon), Err(StartError::AlreadyStarted)));
    drop(open);
    t.join_timeout(NET).unwrap();
    assert!(matches!(t.set_daemon(!daemon), Err(StartError::AlreadyStarted)));
    assert_eq!(t.is_daemon(), daemon);
}

#[test]
fn daemon_can_be_set_before_the_start() {
    let t = Builder::new().daemon(false).build(|| current().is_daemon());
    t.set_daemon(true).unwrap();
    t.start().unwrap();
    assert_eq!(t.join_timeout(NET), Ok(&true));
}

/// After CPython's test of the place where threads are kept between `start` and their first act.
#[test]
fn limbo_cleanup() {
    let t = Builder::new().stack_size(TOO_LARGE).build(|| ());
    assert!(matches!(t.start(), Err(StartError::Os(_))));
    assert!(!enumerate().contains(t.info()));
}

#[test]
fn after_a_failed_start_a_thread_is_new_again() {
    let t = Builder::new().stack_size(TOO_LARGE).build(|| ());
    for _ in 0..2 {
        assert!(matches!(t.start(), Err(StartError::Os(_))));
        assert!(!t.is_alive());
        assert_eq!((t.ident(), t.native_id()), (None, None));
        t.set_daemon(true).unwrap();
        assert_eq!(t.join(), Err(JoinError::NotStarted));
    }
}

#[test]
fn no_stack_size_panics() {
    for bytes in [0, 1, 4097] {
        let t = Builder::new().stack_size(bytes).spawn(|| 1).unwrap();
        assert_eq!(t.join_timeout(NET), Ok(&1));
    }
    for bytes in [usize::MAX, usize::MAX - 4096, isize::MAX as usize] {
        assert!(matches!(Builder::new().stack_size(bytes).spawn(|| ()), Err(StartError::Os(_))));
    }
}

#[test]
fn a_failed_spawn_drops_its_target() {
    let (sender, messages) = channel();
    let captured = OnDrop(move || sender.send("dropped").unwrap());
    Builder::new().stack_size(TOO_LARGE).spawn(move || drop(captured)).unwrap_err();
    assert_eq!(all(&messages), ["dropped"]);
}

#[test]
fn start_errors_say_what_is_wrong() {
    assert_eq!(StartError::AlreadyStarted.to_string(), "threads can only be started once");
    assert_eq!(StartError::ShuttingDown.to_string(), "the program is shutting down");
    let error = Builder::new().stack_size(TOO_LARGE).spawn(|| ()).unwrap_err();
    assert!(error.to_string().starts_with("the operating system refuses another thread: "));
    assert!(std::error::Error::source(&error).is_some());
}

#[cfg(target_os = "linux")]
mod the_kernels_name {
    use super::*;

    fn comm(t: &ThreadInfo) -> String {
        let path = format!("/proc/self/task/{}/comm", t.native_id().unwrap());
        std::fs::read_to_string(path).unwrap().trim_end_matches('\n').to_owned()
    }

    fn named(name: &str) -> (std::sync::mpsc::Sender<()>, Thread<()>) {
        let (open, gate) = gate();
        (open, Builder::new().name(name).spawn(move || gate.pass()).unwrap())
    }

    #[test]
    fn is_the_threads() {
        let (_open, t) = named("cruncher");
        assert_eq!(comm(&t), "cruncher");
    }

    #[test]
    fn is_cut_to_15_bytes() {
        let (_open, t) = named("0123456789abcdefgh");
        assert_eq!(comm(&t), "0123456789abcde");
        t.set_name("abcdefghijklmnopqrstuvwxyz");
        assert_eq!(comm(&t), "abcdefghijklmno");
    }

    #[test]
    fn has_no_nul() {
        let (_open, t) = named("a\0b");
        assert_eq!((&*t.name(), &*comm(&t)), ("a\0b", "ab"));
        t.set_name("c\0d");
        assert_eq!((&*t.name(), &*comm(&t)), ("c\0d", "cd"));
    }

    #[test]
    fn may_be_empty() {
        let (_open, t) = named("full");
        t.set_name("");
        assert_eq!((&*t.name(), &*comm(&t)), ("", ""));
    }

    #[test]
    fn changes_before_the_start() {
        let (_open, gate) = gate();
        let t = Builder::new().name("before").build(move || gate.pass());
        t.set_name("after");
        t.start().unwrap();
        assert_eq!(comm(&t), "after");
    }

    #[test]
    fn changes_while_the_thread_runs() {
        let (_open, t) = named("before");
        assert_eq!(comm(&t), "before");
        t.set_name("after");
        assert_eq!(comm(&t), "after");
    }

    #[test]
    fn is_what_was_set_last_when_others_set_it() {
        let (_open, t) = named("before");
        std::thread::scope(|s| {
            for name in ["one", "two", "three"] {
                let t = &t;
                s.spawn(move || (0..20).for_each(|_| t.set_name(name)));
            }
        });
        assert_eq!(comm(&t), t.name());
    }
}
