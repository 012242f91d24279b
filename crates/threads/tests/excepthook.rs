//! What becomes of a panic that nobody caught. The hook is the whole process's: hence a program for each test.

mod support;

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use support::{NET, OnDrop, next, program, programs, take_a_while};
use ungil_threads::{
    Builder, JoinError, Thread, current, exit_thread, scope, set_excepthook, spawn, take_excepthook,
};

programs! {
    print_exception, excepthook, system_exit, custom_excepthook, custom_excepthook_fail, original_excepthook,
    a_hook_runs_in_the_thread_that_ends, a_hook_comes_before_the_joiners, a_later_hook_replaces_an_earlier_one,
    a_hook_may_set_another_one, a_hooks_destructor_may_take_the_next_one, scoped_threads_have_the_hook_too,
    a_hook_is_not_for_foreign_threads, a_hook_is_not_for_panics_that_are_caught, there_is_no_hook_in_the_beginning,
}

/// std's line, with the name that Python would give.
#[test]
fn print_exception() {
    let ended = program(|| {
        let t = spawn(|| panic!("no luck"));
        assert!(t.join().is_err());
        println!("{}", t.name());
    });
    let name = ended.lines()[0];
    assert!(name.starts_with("Thread-1 (print_exception"), "{name}");
    assert!(ended.stderr.contains(&format!("thread '{name}' ")), "{}", ended.stderr);
    assert!(ended.stderr.contains("no luck"));
}

#[test]
fn excepthook() {
    let ended = program(|| {
        set_excepthook(|_, _| println!("beside std's line"));
        let t = Builder::new().name("gambler").spawn(|| panic!("no luck")).unwrap();
        assert!(t.join().is_err());
    });
    assert_eq!(ended.lines(), ["beside std's line"]);
    assert!(
        ended.stderr.contains("thread 'gambler' ") && ended.stderr.contains("no luck"),
        "{}",
        ended.stderr
    );
}

#[test]
fn system_exit() {
    let ended = program(|| {
        set_excepthook(|_, _| println!("called"));
        assert_eq!(spawn(|| exit_thread()).join(), Err::<&(), _>(JoinError::Exited));
    });
    assert!(ended.lines().is_empty());
    assert_eq!(ended.stderr, "");
}

#[test]
fn custom_excepthook() {
    let ended = program(|| {
        set_excepthook(|thread, panic| {
            println!("{}: {panic}, alive: {}", thread.name(), thread.is_alive());
        });
        let t = spawn(|| panic!("no luck"));
        t.set_name("gambler");
        assert_eq!(t.join().unwrap_err().panic().unwrap().message(), "no luck");
    });
    assert!(ended.lines()[0].ends_with(": no luck, alive: true"));
}

#[test]
fn custom_excepthook_fail() {
    let ended = program(|| {
        set_excepthook(|_, _| panic!("the hook's own"));
        let t: Thread<()> = scope(|s| s.spawn(|| panic!("no luck")));
        println!("{}", t.join_timeout(NET).unwrap_err());
        assert!(!t.is_alive());
    });
    assert_eq!(ended.lines(), ["the thread panicked: no luck"]);
    assert!(ended.stderr.contains("the hook's own"));
}

#[test]
fn original_excepthook() {
    let ended = program(|| {
        set_excepthook(|_, _| println!("hook"));
        let taken = take_excepthook().unwrap();
        let fails = || spawn(|| panic!("no luck")).join().unwrap_err();
        fails();
        println!("taken out");
        set_excepthook(move |thread, panic| taken(thread, panic));
        fails();
    });
    assert_eq!(ended.lines(), ["taken out", "hook"]);
    assert_eq!(ended.stderr.matches("no luck").count(), 2);
}

#[test]
fn a_hook_runs_in_the_thread_that_ends() {
    let ended = program(|| {
        set_excepthook(|thread, _| println!("{}", thread == &current()));
        assert!(spawn(|| panic!("no luck")).join().is_err());
    });
    assert_eq!(ended.lines(), ["true"]);
}

#[test]
fn a_hook_comes_before_the_joiners() {
    let ended = program(|| {
        set_excepthook(|_, _| {
            take_a_while();
            println!("hook");
        });
        assert!(spawn(|| panic!("no luck")).join_timeout(NET).is_err());
        println!("joiner");
    });
    assert_eq!(ended.lines(), ["hook", "joiner"]);
}

#[test]
fn a_later_hook_replaces_an_earlier_one() {
    let ended = program(|| {
        set_excepthook(|_, _| println!("earlier"));
        set_excepthook(|_, _| println!("later"));
        assert!(spawn(|| panic!("no luck")).join().is_err());
    });
    assert_eq!(ended.lines(), ["later"]);
}

#[test]
fn a_hook_may_set_another_one() {
    let ended = program(|| {
        set_excepthook(|_, _| {
            println!("first");
            set_excepthook(|_, _| println!("second"));
        });
        for _ in 0..2 {
            assert!(spawn(|| panic!("no luck")).join_timeout(NET).unwrap_err().panic().is_some());
        }
    });
    assert_eq!(ended.lines(), ["first", "second"]);
}

#[test]
fn a_hooks_destructor_may_take_the_next_one() {
    let ended = program(|| {
        let owned = Mutex::new(OnDrop(|| println!("{}", take_excepthook().is_some())));
        set_excepthook(move |_, _| drop(owned.lock()));
        set_excepthook(|_, _| ());
        println!("{}", take_excepthook().is_some());
    });
    assert_eq!(ended.lines(), ["true", "false"]);
}

#[test]
fn scoped_threads_have_the_hook_too() {
    let ended = program(|| {
        set_excepthook(|_, panic| println!("{panic}"));
        scope(|s| {
            s.spawn(|| panic!("no luck"));
        });
    });
    assert_eq!(ended.lines(), ["no luck"]);
}

#[test]
fn a_hook_is_not_for_foreign_threads() {
    let ended = program(|| {
        set_excepthook(|_, _| println!("called"));
        assert!(std::thread::spawn(|| panic!("{:?}", current())).join().is_err());
    });
    assert!(ended.lines().is_empty());
}

#[test]
fn a_hook_is_not_for_panics_that_are_caught() {
    let ended = program(|| {
        let (sender, calls) = channel();
        let sender = Arc::new(sender);
        set_excepthook(move |_, panic| sender.send(panic.message().to_owned()).unwrap());
        let t = spawn(|| {
            assert!(std::panic::catch_unwind(|| panic!("caught")).is_err());
            panic!("not caught")
        });
        assert!(t.join_timeout(NET).is_err());
        println!("{}", next::<String>(&calls));
    });
    assert_eq!(ended.lines(), ["not caught"]);
}

#[test]
fn there_is_no_hook_in_the_beginning() {
    let ended = program(|| assert!(take_excepthook().is_none()));
    assert!(ended.lines().is_empty());
}
