//! What an answer to "an exit that waits for all threads" has to do.

use std::panic::resume_unwind;
use std::time::Duration;

use interleave::sync::{Arc, Mutex};
use interleave::{Model, SearchResult, thread};

use super::answer::Threads;

const SOON: Duration = Duration::from_secs(2);

fn nothing_to_wait_for() {
    harness::within(SOON, || Threads::new().exit());
}

fn after_the_exit_none_can_be_started() {
    harness::within(SOON, || {
        let threads = Threads::new();
        threads.exit();
        assert!(!threads.start(|| panic!("started after the exit")));
    });
}

fn a_thread_that_panics_has_ended() {
    harness::within(SOON, || {
        let threads = Threads::new();
        assert!(threads.start(|| resume_unwind(Box::new("a panic that nobody hears"))));
        threads.exit();
    });
}

fn every_thread_is_waited_for() -> SearchResult {
    Model::new().search(|| {
        let (threads, ended) = (Threads::new(), Arc::new(Mutex::new(0)));
        for _ in 0..2 {
            let ended = Arc::clone(&ended);
            assert!(threads.start(move || *ended.lock() += 1));
        }
        threads.exit();
        assert_eq!(*ended.lock(), 2, "the exit has not waited for both threads");
    })
}

fn a_thread_may_start_another_one() -> SearchResult {
    Model::new().search(|| {
        let (threads, ended) = (Threads::new(), Arc::new(Mutex::new(false)));
        let (starter, grandchild) = (Arc::clone(&threads), Arc::clone(&ended));
        threads.start(move || {
            let started = starter.start(move || *grandchild.lock() = true);
            assert!(started, "a thread that still runs may start another one");
        });
        threads.exit();
        assert!(*ended.lock(), "the exit has not waited for a thread that was started meanwhile");
    })
}

fn none_is_started_unnoticed() -> SearchResult {
    Model::new().search(|| {
        let (threads, ended) = (Threads::new(), Arc::new(Mutex::new(false)));
        let stranger = thread::spawn({
            let (threads, ended) = (Arc::clone(&threads), Arc::clone(&ended));
            move || threads.start(move || *ended.lock() = true)
        });
        threads.exit();
        let accepted = stranger.join().unwrap();
        assert!(!accepted || *ended.lock(), "a job was accepted, and the exit has not waited for it");
    })
}

fn stress() {
    let (threads, ended) = (Threads::new(), Arc::new(Mutex::new(false)));
    let job = Arc::clone(&ended);
    threads.start(move || *job.lock() = true);
    threads.exit();
    assert!(*ended.lock());
}

harness::suite! {
    "1/4": nothing_to_wait_for, after_the_exit_none_can_be_started, every_thread_is_waited_for,
    a_thread_may_start_another_one, none_is_started_unnoticed, a_thread_that_panics_has_ended; stress
}
