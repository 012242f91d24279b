//! What an answer to e2_stop has to do.

use std::time::Duration;

use interleave::cell::UnsafeCell;
use interleave::sync::Arc;
use interleave::thread;
use interleave::{Model, SearchResult};

use super::answer::Stop;

fn nothing_is_requested_in_the_beginning() {
    harness::within(Duration::from_secs(2), || assert!(!Stop::new().is_requested()));
}

fn a_request_is_seen_and_waited_for_no_more() {
    harness::within(Duration::from_secs(2), || {
        let stop = Stop::new();
        stop.request();
        assert!(stop.is_requested());
        stop.wait();
        stop.wait();
    })
}

fn a_blocked_thread_is_woken() -> SearchResult {
    Model::new().search(|| {
        let stop = Arc::new(Stop::new());
        let waiter = thread::spawn({
            let stop = Arc::clone(&stop);
            move || stop.wait()
        });
        stop.request();
        waiter.join().unwrap();
    })
}

fn all_blocked_threads_are_woken() -> SearchResult {
    Model::new().search(|| {
        let stop = Arc::new(Stop::new());
        let waiters = [(); 2].map(|()| {
            let stop = Arc::clone(&stop);
            thread::spawn(move || stop.wait())
        });
        stop.request();
        for waiter in waiters {
            waiter.join().unwrap();
        }
    })
}

fn a_wake_up_for_no_reason_is_no_request() -> SearchResult {
    Model::new().spurious(true).search(|| {
        let stop = Arc::new(Stop::new());
        let waiter = thread::spawn({
            let stop = Arc::clone(&stop);
            move || {
                stop.wait();
                assert!(stop.is_requested(), "wait came back, and nobody has asked for a stop");
            }
        });
        // Time for a spurious wake-up, before the request begins.
        thread::yield_now();
        assert!(!stop.is_requested());
        stop.request();
        waiter.join().unwrap();
    })
}

fn who_sees_the_request_sees_what_came_before() -> SearchResult {
    Model::new().search(|| {
        let shared = Arc::new((Stop::new(), UnsafeCell::new(0)));
        let requester = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                let (stop, last_words) = &*shared;
                last_words.with_mut(|words| {
                    // SAFETY: the model finds out if this is not exclusive.
                    unsafe { *words = 42 }
                });
                stop.request();
            }
        });
        let (stop, last_words) = &*shared;
        if stop.is_requested() {
            last_words.with(|words| {
                // SAFETY: as above.
                assert_eq!(unsafe { *words }, 42)
            });
        }
        requester.join().unwrap();
    })
}

/// Real threads, once: for wrong answers that real threads do not catch.
fn stress() {
    let shared = Arc::new((Stop::new(), std::sync::atomic::AtomicU32::new(0)));
    let requester = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            shared.1.store(42, std::sync::atomic::Ordering::Relaxed);
            shared.0.request();
        }
    });
    shared.0.wait();
    assert_eq!(shared.1.load(std::sync::atomic::Ordering::Relaxed), 42);
    requester.join().unwrap();
}

harness::suite! {
    "1/2": nothing_is_requested_in_the_beginning, a_request_is_seen_and_waited_for_no_more,
    a_blocked_thread_is_woken, all_blocked_threads_are_woken, a_wake_up_for_no_reason_is_no_request,
    who_sees_the_request_sees_what_came_before; stress
}
