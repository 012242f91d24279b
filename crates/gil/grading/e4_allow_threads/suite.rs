//! What an answer to "release it around input and output" has to do.
//!
//! An answer shares nothing but the GIL, and that is the suite's: so a mistake needs no other thread to show.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use interleave::sync::{Arc, Condvar, Mutex};
use interleave::thread::{self, ThreadId};
use interleave::{Model, SearchResult};
use ungil_gil::platform::Virtual;
use ungil_gil::{OldGil, Platform};

use super::answer::{Gil, Python};

#[path = "../simulate.rs"]
mod simulate;

use simulate::simulate;

/// A GIL that knows who has it.
struct Owned {
    owner: Mutex<Option<ThreadId>>,
    /// Belongs to `owner`.
    released: Condvar,
}

impl Owned {
    fn new() -> Self {
        Owned { owner: Mutex::new(None), released: Condvar::new() }
    }

    fn is_mine(&self) -> bool {
        *self.owner.lock() == Some(thread::current().id())
    }
}

impl Gil for Owned {
    #[track_caller]
    fn take(&self) {
        let mut owner = self.owner.lock();
        while owner.is_some() {
            owner = self.released.wait(owner);
        }
        *owner = Some(thread::current().id());
    }

    #[track_caller]
    fn release(&self) {
        let mut owner = self.owner.lock();
        assert_eq!(*owner, Some(thread::current().id()), "a thread releases the GIL, and does not have it");
        *owner = None;
        self.released.notify_one();
    }
}

/// A model of one thread.
fn alone(code: impl Fn(&Python<'_, Owned>, &Owned) + Send + Sync + 'static) -> SearchResult {
    Model::new().search(move || {
        let gil = Owned::new();
        code(&Python::new(&gil), &gil);
        assert!(!gil.is_mine(), "at first the thread did not have the GIL, and in the end it has");
    })
}

fn code_runs_with_the_gil() -> SearchResult {
    alone(|python, gil| {
        let result = python.with_gil(|| {
            assert!(gil.is_mine(), "the code runs without the GIL");
            7
        });
        assert_eq!(result, 7, "with_gil gives what the code gives");
    })
}

fn native_code_runs_without_it() -> SearchResult {
    alone(|python, gil| {
        python.with_gil(|| {
            let result = python.allow_threads(|| {
                assert!(!gil.is_mine(), "the native code runs with the GIL");
                7
            });
            assert_eq!(result, 7, "allow_threads gives what the native code gives");
            assert!(gil.is_mine(), "after the native code the thread has the GIL again");
        });
    })
}

fn it_can_be_released_again_and_again() -> SearchResult {
    alone(|python, gil| {
        for _ in 0..2 {
            python.with_gil(|| {
                for _ in 0..2 {
                    python.allow_threads(|| assert!(!gil.is_mine(), "the native code runs with the GIL"));
                    assert!(gil.is_mine(), "after the native code the thread has the GIL again");
                }
            });
            assert!(!gil.is_mine(), "after the code the thread does not have the GIL any more");
        }
    })
}

fn who_has_it_does_not_wait_for_itself() -> SearchResult {
    alone(|python, gil| {
        python.with_gil(|| {
            python.with_gil(|| ());
            assert!(gil.is_mine(), "the inner code is done, and the outer one still needs the GIL");
        });
    })
}

fn who_does_not_have_it_does_not_release_it() -> SearchResult {
    alone(|python, gil| {
        python.with_gil(|| {
            python.allow_threads(|| {
                python.allow_threads(|| ());
                assert!(!gil.is_mine(), "the inner native code is done, and the outer one still runs");
            });
        });
    })
}

fn native_code_may_call_back() -> SearchResult {
    alone(|python, gil| {
        python.with_gil(|| {
            python.allow_threads(|| {
                python.with_gil(|| {
                    assert!(gil.is_mine(), "code that is called by native code runs without the GIL");
                    python.allow_threads(|| ());
                    assert!(gil.is_mine(), "after the native code the thread has the GIL again");
                });
                assert!(!gil.is_mine(), "the code is done, and the native code that has called it goes on");
            });
            assert!(gil.is_mine(), "after the native code the thread has the GIL again");
        });
    })
}

/// The panic of the suite's own code.
const PANIC: &str = "a network cable is missing";

/// Calls `f`, which lets this panic out.
fn panics(f: impl FnOnce()) {
    let panic = catch_unwind(AssertUnwindSafe(f)).expect_err("the code has panicked, and nobody has noticed");
    if panic.downcast_ref() != Some(&PANIC) {
        // Not the suite's.
        resume_unwind(panic);
    }
}

/// Without a word on the screen: this panic is part of the test.
fn panic() {
    resume_unwind(Box::new(PANIC));
}

fn native_code_that_panics_gets_it_back() -> SearchResult {
    alone(|python, gil| {
        python.with_gil(|| {
            panics(|| python.allow_threads(panic));
            assert!(gil.is_mine(), "the native code has panicked, and the thread goes on without the GIL");
        });
    })
}

fn code_that_panics_releases_it() -> SearchResult {
    alone(|python, gil| {
        panics(|| python.with_gil(panic));
        assert!(!gil.is_mine(), "the code has panicked, and the thread keeps the GIL");
        python.with_gil(|| assert!(gil.is_mine(), "the code runs without the GIL"));
    })
}

fn others_have_it_meanwhile() -> SearchResult {
    Model::new().search(|| {
        let gil = Arc::new(Owned::new());
        let python = Python::new(&*gil);
        python.with_gil(|| {
            let other = thread::spawn({
                let gil = Arc::clone(&gil);
                move || Python::new(&*gil).with_gil(|| ())
            });
            python.allow_threads(|| other.join().unwrap());
            assert!(gil.is_mine(), "after the native code the thread has the GIL again");
        });
    })
}

/// The course's own, under the answer's trait.
struct Simulated(OldGil<Virtual>);

impl Gil for Simulated {
    fn take(&self) {
        ungil_gil::Gil::take_gil(&self.0, &0);
    }

    fn release(&self) {
        // SAFETY: the caller promises it. Nothing depends on it here: the GIL protects nothing.
        unsafe { ungil_gil::Gil::drop_gil(&self.0, &0) };
    }
}

fn two_downloads_take_the_time_of_one() {
    const DOWNLOAD: Duration = Duration::from_millis(100);
    let time = simulate(1, |platform| {
        let gil = Arc::new(Simulated(OldGil::new(platform.clone())));
        let download = move |platform: &Virtual| {
            let python = Python::new(&*gil);
            python.with_gil(|| python.allow_threads(|| platform.sleep(DOWNLOAD)));
        };
        let other = platform.spawn("other", {
            let (platform, download) = (platform.clone(), download.clone());
            move || download(&platform)
        });
        download(platform);
        platform.join(other);
        platform.now()
    });
    assert_eq!(time, DOWNLOAD, "two downloads of {DOWNLOAD:?} took {time:?}");
}

harness::suite! {
    "5/4": code_runs_with_the_gil, native_code_runs_without_it, it_can_be_released_again_and_again,
    who_has_it_does_not_wait_for_itself, who_does_not_have_it_does_not_release_it, native_code_may_call_back,
    native_code_that_panics_gets_it_back, code_that_panics_releases_it, others_have_it_meanwhile,
    two_downloads_take_the_time_of_one
}
