//! The end of the program: whom it waits for, what it calls, what it leaves behind.

mod support;

use std::sync::mpsc::channel;
use std::time::Duration;

use support::{NET, OnDrop, SHORT, at_thread_end, gate, next, non_daemon, program, programs, take_a_while};
use ungil_threads::{
    Builder, ExitGuard, Interrupted, JoinError, ShuttingDown, StartError, Thread, Timer, at_exit, current,
    enumerate, main_thread, spawn,
};

/// Longer than any of these programs takes; not longer, so that one that waits for it fails soon.
const FOR_EVER: Duration = Duration::from_secs(3);

programs! {
    join_on_shutdown, daemon_threads, thread_from_thread, join_nondaemon_on_shutdown,
    main_thread_during_shutdown, start_new_thread_at_finalization, atexit_output, atexit_called_once,
    atexit_after_shutdown, callbacks_run_in_reverse, a_callback_that_panics, callbacks_come_before_the_waiting,
    a_callback_may_start_a_thread, nobody_waits_for_a_child_of_a_daemon, nobody_waits_for_foreign_threads,
    waits_for_destructors_of_thread_locals,
    waits_for_destructors_of_threads_that_have_finished, waits_when_main_panics, a_second_guard_finds_its_work_done,
    a_guard_in_another_thread, the_main_thread_can_be_joined_only_at_the_exit, waits_for_a_timer,
    a_thread_that_was_never_started_is_not_waited_for, a_failed_start_is_not_waited_for,
    without_a_guard_nobody_waits,
}

/// CPython's test_1_join_on_shutdown.
#[test]
fn join_on_shutdown() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        spawn(|| {
            main_thread().join().unwrap();
            take_a_while();
            println!("end of thread");
        });
        println!("end of main");
    });
    assert_eq!(ended.lines(), ["end of main", "end of thread"]);
}

/// CPython's test_4_daemon_threads: they are ended in the midst of what they do, and their destructors do not run.
#[test]
fn daemon_threads() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        let (ready, is_ready) = channel();
        let daemon = Builder::new().daemon(true).spawn(move || {
            let _never = OnDrop(|| println!("destructor"));
            ready.send(()).unwrap();
            std::thread::sleep(FOR_EVER);
        });
        assert!(daemon.unwrap().is_daemon());
        next(&is_ready);
        println!("end of main");
    });
    assert_eq!(ended.lines(), ["end of main"]);
}

#[test]
fn thread_from_thread() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        spawn(|| {
            main_thread().join().unwrap();
            spawn(|| {
                take_a_while();
                println!("grandchild");
            });
            println!("child");
        });
    });
    assert_eq!(ended.lines(), ["child", "grandchild"]);
}

#[test]
fn join_nondaemon_on_shutdown() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        drop(Builder::new().daemon(false).spawn(|| {
            take_a_while();
            println!("nobody holds my handle");
        }));
    });
    assert_eq!(ended.lines(), ["nobody holds my handle"]);
}

#[test]
fn main_thread_during_shutdown() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        at_exit(|| {
            assert_eq!(current(), main_thread());
            assert_eq!(enumerate(), [main_thread()]);
            println!("{:?}", main_thread());
        })
        .unwrap();
        println!("{:?}", main_thread());
    });
    assert_eq!(ended.lines(), ["Thread(MainThread, started 1)", "Thread(MainThread, stopped 1)"]);
}

#[test]
fn start_new_thread_at_finalization() {
    let ended = program(|| {
        let late = Thread::new(|| println!("never"));
        drop(ExitGuard::new());
        assert!(matches!(late.start(), Err(StartError::ShuttingDown)));
        assert_eq!(late.join(), Err(JoinError::NotStarted));
        let spawned = Builder::new().daemon(true).spawn(|| println!("never"));
        assert!(matches!(spawned, Err(StartError::ShuttingDown)));
        assert_eq!(enumerate(), [main_thread()]);
    });
    assert!(ended.lines().is_empty());
}

/// In CPython: a callback may still write.
#[test]
fn atexit_output() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        at_exit(|| println!("parrot")).unwrap();
    });
    assert_eq!(ended.lines(), ["parrot"]);
}

#[test]
fn atexit_called_once() {
    let ended = program(|| {
        at_exit(|| println!("once")).unwrap();
        drop(ExitGuard::new());
        drop(ExitGuard::new());
    });
    assert_eq!(ended.lines(), ["once"]);
}

#[test]
fn atexit_after_shutdown() {
    let ended = program(|| {
        let exit = ExitGuard::new();
        at_exit(|| assert_eq!(at_exit(|| println!("too late")), Err(ShuttingDown))).unwrap();
        drop(exit);
        assert_eq!(at_exit(|| println!("much too late")), Err(ShuttingDown));
    });
    assert!(ended.lines().is_empty());
    assert_eq!(ended.stderr, "");
}

#[test]
fn callbacks_run_in_reverse() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        for n in 1..=3 {
            at_exit(move || println!("{n}")).unwrap();
        }
    });
    assert_eq!(ended.lines(), ["3", "2", "1"]);
}

#[test]
fn a_callback_that_panics() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        spawn(|| {
            main_thread().join().unwrap();
            println!("thread");
        });
        at_exit(|| println!("the others have their right too")).unwrap();
        at_exit(|| panic!("reported by std")).unwrap();
    });
    let mut lines = ended.lines();
    lines.sort();
    assert_eq!(lines, ["the others have their right too", "thread"]);
    assert!(ended.stderr.contains("reported by std"));
}

#[test]
fn callbacks_come_before_the_waiting() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        let (open, gate) = gate();
        spawn(move || {
            gate.pass();
            println!("told to finish");
        });
        at_exit(move || drop(open)).unwrap();
    });
    assert_eq!(ended.lines(), ["told to finish"]);
}

#[test]
fn a_callback_may_start_a_thread() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        let start = || {
            spawn(|| {
                take_a_while();
                println!("waited for");
            });
        };
        at_exit(start).unwrap();
    });
    assert_eq!(ended.lines(), ["waited for"]);
}

#[test]
fn nobody_waits_for_a_child_of_a_daemon() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        let waits = || {
            std::thread::sleep(FOR_EVER);
            println!("waited for");
        };
        let child = move || spawn(waits).is_daemon();
        let daemon = Builder::new().daemon(true).spawn(child);
        assert_eq!(daemon.unwrap().join(), Ok(&true));
    });
    assert!(ended.lines().is_empty());
}

#[test]
fn nobody_waits_for_foreign_threads() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        let (ready, is_ready) = channel();
        std::thread::spawn(move || {
            ready.send(current()).unwrap();
            std::thread::sleep(FOR_EVER);
            println!("waited for");
        });
        let foreign = next(&is_ready);
        assert!(enumerate().contains(&foreign));
    });
    assert!(ended.lines().is_empty());
}

#[test]
fn waits_for_destructors_of_thread_locals() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        let last_act = || {
            take_a_while();
            println!("destructor");
        };
        spawn(move || {
            at_thread_end(last_act);
            main_thread().join().unwrap();
            take_a_while();
        });
    });
    assert_eq!(ended.lines(), ["destructor"]);
}

#[test]
fn waits_for_destructors_of_threads_that_have_finished() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        let t = spawn(|| {
            at_thread_end(|| {
                take_a_while();
                println!("destructor");
            })
        });
        t.join_timeout(NET).unwrap();
        assert_eq!(enumerate(), [main_thread()]);
    });
    assert_eq!(ended.lines(), ["destructor"]);
}

#[test]
fn waits_when_main_panics() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        spawn(|| {
            main_thread().join().unwrap();
            println!("end of thread");
        });
        panic!("end of main");
    });
    assert_eq!(ended.status.code(), Some(101));
    assert_eq!(ended.stdout, "end of thread\n");
}

#[test]
fn a_second_guard_finds_its_work_done() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        let _again = ExitGuard::new();
        at_exit(|| println!("callback")).unwrap();
        spawn(|| main_thread().join());
    });
    assert_eq!(ended.lines(), ["callback"]);
}

/// It waits neither for itself nor for the main thread, which has not finished.
#[test]
fn a_guard_in_another_thread() {
    let ended = program(|| {
        let other = non_daemon(|| {
            take_a_while();
            println!("the other");
        });
        let t = non_daemon(|| {
            drop(ExitGuard::new());
            println!("the guard's");
        });
        t.join_timeout(NET).unwrap();
        assert!(!other.is_alive());
        assert!(main_thread().is_alive());
    });
    assert_eq!(ended.lines(), ["the other", "the guard's"]);
}

#[test]
fn the_main_thread_can_be_joined_only_at_the_exit() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        assert_eq!(main_thread().join_timeout(SHORT), Err(JoinError::WouldDeadlock));
        assert_eq!(main_thread().join(), Err(JoinError::WouldDeadlock));
        let t = spawn(|| main_thread().join_timeout(SHORT).unwrap_err().interrupted());
        assert_eq!(t.join(), Ok(&Some(Interrupted::Timeout)));
        spawn(|| println!("{:?}", main_thread().join_timeout(NET)));
    });
    assert_eq!(ended.lines(), ["Ok(())"]);
}

#[test]
fn waits_for_a_timer() {
    let ended = program(|| {
        let _exit = ExitGuard::new();
        Timer::after(SHORT, || println!("boom"));
    });
    assert_eq!(ended.lines(), ["boom"]);
}

#[test]
fn a_thread_that_was_never_started_is_not_waited_for() {
    let ended = program(|| {
        let t = Thread::new(|| ());
        drop(ExitGuard::new());
        assert!(!t.is_daemon());
    });
    assert!(ended.lines().is_empty());
}

#[test]
fn a_failed_start_is_not_waited_for() {
    let ended = program(|| {
        let t = Builder::new().stack_size(usize::MAX / 4).build(|| ());
        t.start().unwrap_err();
        drop(ExitGuard::new());
        assert!(!t.is_daemon());
    });
    assert!(ended.lines().is_empty());
}

#[test]
fn without_a_guard_nobody_waits() {
    let ended = program(|| {
        spawn(|| {
            std::thread::sleep(FOR_EVER);
            println!("waited for");
        });
    });
    assert!(ended.lines().is_empty());
}
