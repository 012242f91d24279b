//! Panics: of the test, of a thread, and those that the code catches.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use interleave::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use interleave::sync::{Arc, Condvar, Mutex};
use interleave::{Coverage, Kind, Model, thread};

use crate::support::fails;

#[test]
fn a_thread_that_panics() {
    let failure = fails("panic", Kind::Panic, Model::new(), || {
        let jobs = Arc::new(Mutex::new(vec![1]));
        let worker = {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new().name("worker".into()).spawn(move || {
                let job = jobs.lock().pop();
                job.expect("a job is there")
            })
        };
        jobs.lock().clear();
        let _ = worker.unwrap().join();
    });
    assert_eq!(failure.message, "a job is there");
    assert_eq!(failure.place.unwrap().text, "job.expect(\"a job is there\")");
}

#[test]
fn a_caught_panic_is_nothing_special() {
    let explored = Model::new().prove(|| {
        let total = Arc::new(Mutex::new(0));
        let worker = {
            let total = Arc::clone(&total);
            thread::spawn(move || {
                let job = || {
                    let mut total = total.lock();
                    *total += 1;
                    panic!("the job fails");
                };
                let result = catch_unwind(AssertUnwindSafe(job));
                assert!(result.is_err());
                *total.lock() += 1;
            })
        };
        *total.lock() += 1;
        worker.join().unwrap();
        assert_eq!(*total.lock(), 3, "the mutex can be used after the panic");
    });
    assert_eq!(explored.coverage, Coverage::All);
}

/// Gives its count back when it goes, also when a panic unwinds.
struct Ticket<'a>(&'a Mutex<usize>, &'a Condvar);

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        *self.0.lock() -= 1;
        self.1.notify_all();
    }
}

#[test]
fn destructors_use_locks_while_a_caught_panic_unwinds() {
    let explored = Model::new().prove(|| {
        let (open, idle) = (Mutex::new(0), Condvar::new());
        let result = catch_unwind(AssertUnwindSafe(|| {
            *open.lock() += 1;
            let _ticket = Ticket(&open, &idle);
            let _held = open.try_lock();
            panic!("the job fails");
        }));
        assert!(result.is_err());
        assert_eq!(*open.lock(), 0);
    });
    assert_eq!(explored.coverage, Coverage::All);
}

#[test]
fn a_destructor_that_has_to_wait_in_a_panic_is_not_judged() {
    let failure = fails("wait_in_panic", Kind::CannotJudge, Model::new(), || {
        let open = Arc::new((Mutex::new(1), Condvar::new()));
        let (locked, go) = (Arc::new(Mutex::new(false)), Arc::new(Condvar::new()));
        let worker = {
            let (open, locked, go) = (Arc::clone(&open), Arc::clone(&locked), Arc::clone(&go));
            thread::spawn(move || {
                let _ = catch_unwind(AssertUnwindSafe(|| {
                    let _ticket = Ticket(&open.0, &open.1);
                    drop(go.wait_while(locked.lock(), |locked| !*locked));
                    panic!("the job fails");
                }));
            })
        };
        let held = open.0.lock();
        *locked.lock() = true;
        go.notify_one();
        thread::yield_now();
        drop(held);
        worker.join().unwrap();
    });
    assert!(failure.message.contains("the job fails"), "{}", failure.message);
}

#[test]
fn an_assertion_whose_unwinding_locks() {
    let failure = fails("unwinding", Kind::WrongValue, Model::new(), || {
        let (open, idle) = (Mutex::new(1), Condvar::new());
        let _ticket = Ticket(&open, &idle);
        assert_eq!(*open.lock(), 2, "two are open");
    });
    // What the destructors did is not shown.
    assert_eq!(failure.steps.last().unwrap().text, "assertion fails");
}

#[test]
fn a_panic_that_is_carried_on() {
    let failure = fails("resumed", Kind::Panic, Model::new(), || {
        let n = Arc::new(AtomicUsize::new(0));
        let result = catch_unwind(AssertUnwindSafe(|| {
            n.fetch_add(1, SeqCst);
            panic!("first");
        }));
        n.fetch_add(1, SeqCst);
        resume_unwind(result.unwrap_err());
    });
    assert_eq!(failure.message, "first");
}
