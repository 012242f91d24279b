//! What an answer to "a value for each thread" has to do.

use std::time::Duration;

use interleave::sync::Arc;
use interleave::{Model, SearchResult, thread};

use super::answer::PerThread;

const SOON: Duration = Duration::from_secs(2);

fn the_first_call_makes_the_value() {
    harness::within(SOON, || {
        let counts = PerThread::new(|| 40);
        assert_eq!(counts.values(), []);
        assert_eq!(counts.with(|count| *count), 40);
        assert_eq!(counts.values(), [40]);
    });
}

fn the_second_call_finds_what_the_first_has_left() {
    harness::within(SOON, || {
        let counts = PerThread::new(|| 40);
        counts.with(|count| *count += 2);
        assert_eq!(counts.with(|count| *count), 42);
    });
}

fn every_thread_has_its_own() -> SearchResult {
    Model::new().search(|| {
        let counts = Arc::new(PerThread::new(|| 0));
        let threads = [1, 2].map(|by| {
            let counts = Arc::clone(&counts);
            thread::spawn(move || {
                counts.with(|count| *count += by);
                assert_eq!(counts.with(|count| *count), by, "another thread has changed this thread's value");
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        let mut values = counts.values();
        values.sort();
        assert_eq!(values, [1, 2]);
    })
}

fn inside_one_may_wait_for_another_thread() -> SearchResult {
    Model::new().search(|| {
        let counts = Arc::new(PerThread::new(|| 0));
        counts.with(|_| {
            let counts = Arc::clone(&counts);
            thread::spawn(move || counts.with(|count| *count += 1)).join().unwrap();
        });
    })
}

fn reading_all_values_stops_nobody() -> SearchResult {
    Model::new().search(|| {
        let counts = Arc::new(PerThread::new(|| 0));
        let busy = thread::spawn({
            let counts = Arc::clone(&counts);
            move || {
                counts.with(|_| {
                    let counts = Arc::clone(&counts);
                    thread::spawn(move || counts.with(|count| *count += 1)).join().unwrap();
                });
            }
        });
        counts.values();
        busy.join().unwrap();
    })
}

fn stress() {
    let counts = Arc::new(PerThread::new(|| 0));
    let busy = thread::spawn({
        let counts = Arc::clone(&counts);
        move || counts.with(|count| *count += 1)
    });
    counts.values();
    busy.join().unwrap();
}

harness::suite! {
    "1/3": the_first_call_makes_the_value, the_second_call_finds_what_the_first_has_left,
    every_thread_has_its_own, inside_one_may_wait_for_another_thread, reading_all_values_stops_nobody; stress
}
