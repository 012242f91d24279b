//! What an answer to "in order" has to do.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use interleave::sync::{Arc, Condvar, Mutex};
use interleave::{Model, SearchResult, thread};

use super::answer::{Job, in_order};

fn one_job() -> SearchResult {
    Model::new().search(|| assert_eq!(in_order(vec![Box::new(|| 7)]), [7]))
}

fn two_jobs_whoever_ends_first() -> SearchResult {
    Model::new().search(|| {
        let turn = Arc::new(Mutex::new(()));
        let job = |number: u32| -> Job {
            let turn = Arc::clone(&turn);
            Box::new(move || {
                let _turn = turn.lock();
                number
            })
        };
        assert_eq!(in_order(vec![job(1), job(2)]), [1, 2]);
    })
}

fn a_thread_for_each_of_fifty_jobs() {
    harness::within(Duration::from_secs(2), || {
        let seen = Arc::new(Mutex::new(HashSet::from([thread::current().id()])));
        let job = |number: u32| -> Job {
            let seen = Arc::clone(&seen);
            Box::new(move || {
                seen.lock().insert(thread::current().id());
                number
            })
        };
        assert_eq!(in_order((0..50).map(job).collect()), (0..50).collect::<Vec<_>>());
        assert_eq!(seen.lock().len(), 51, "fifty threads, and the one that called in_order");
    });
}

fn a_job_may_wait_for_a_later_one() -> SearchResult {
    Model::new().search(|| {
        let shared = Arc::new((Mutex::new(false), Condvar::new()));
        let theirs = Arc::clone(&shared);
        let first: Job = Box::new(move || {
            let (done, wake) = &*shared;
            let mut done = done.lock();
            while !*done {
                done = wake.wait(done);
            }
            1
        });
        let second: Job = Box::new(move || {
            let (done, wake) = &*theirs;
            *done.lock() = true;
            wake.notify_one();
            2
        });
        assert_eq!(in_order(vec![first, second]), [1, 2]);
    })
}

fn a_job_that_panics_is_noticed() {
    harness::within(Duration::from_secs(2), || {
        let ended = Arc::new(Mutex::new(false));
        let theirs = Arc::clone(&ended);
        let jobs: Vec<Job> = vec![
            // Without a word on the screen: this panic is part of the test.
            Box::new(|| resume_unwind(Box::new("the job's panic"))),
            // Late, so that an answer that does not wait for it is found out.
            Box::new(move || {
                thread::sleep(Duration::from_millis(50));
                *theirs.lock() = true;
                2
            }),
        ];
        let result = catch_unwind(AssertUnwindSafe(|| in_order(jobs)));
        assert!(result.is_err(), "a job panicked, but in_order returned {:?}", result.unwrap_or_default());
        assert!(*ended.lock(), "in_order panicked before the other job had ended");
    });
}

fn no_job_at_all() {
    assert_eq!(in_order(Vec::new()), [0; 0]);
}

harness::suite! {
    "1/1": one_job, two_jobs_whoever_ends_first, a_thread_for_each_of_fifty_jobs,
    a_job_may_wait_for_a_later_one, a_job_that_panics_is_noticed, no_job_at_all
}
