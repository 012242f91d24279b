//! The same types outside of a model, and what a model's own threads see.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use interleave::sync::atomic::{
    AtomicBool, AtomicI32, AtomicPtr, AtomicU8, AtomicU32, AtomicUsize, Ordering,
};
use interleave::sync::{Arc, Condvar, Mutex, OnceLock, Weak};
use interleave::{Coverage, Explored, Failure, Global, Kind, Model, futex, hint, thread};

const _: fn() = || {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Mutex<Cell<u8>>>();
    shared::<Condvar>();
    shared::<OnceLock<u8>>();
    shared::<AtomicUsize>();
    shared::<thread::Thread>();
    shared::<thread::ThreadId>();
    shared::<Failure>();
    shared::<Explored>();
    fn moves<T: Send>() {}
    moves::<thread::JoinHandle<Cell<u8>>>();
};

/// What holds outside of a model and inside one.
fn everything() {
    let n = Arc::new(Mutex::new(1));
    let weak: Weak<Mutex<i32>> = Arc::downgrade(&n);
    assert!(weak.upgrade().is_some());
    let guard = n.lock();
    assert!(n.try_lock().is_none());
    assert_eq!(format!("{guard} {guard:?}"), "1 1");
    drop(guard);
    *n.try_lock().unwrap() += 1;
    let mut n = Arc::into_inner(n).unwrap();
    *n.get_mut() += 1;
    assert_eq!(n.into_inner(), 3);

    let small = AtomicU8::new(250);
    assert_eq!(small.fetch_add(10, Ordering::SeqCst), 250);
    assert_eq!(small.fetch_max(9, Ordering::Relaxed), 4);
    assert_eq!(small.compare_exchange(9, 1, Ordering::AcqRel, Ordering::Acquire), Ok(9));
    assert_eq!(small.compare_exchange_weak(9, 2, Ordering::AcqRel, Ordering::Acquire), Err(1));
    assert_eq!(small.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(2)), Err(1));
    assert_eq!(small.swap(7, Ordering::SeqCst), 1);
    assert_eq!(small.into_inner(), 7);
    let signed = AtomicI32::new(-1);
    assert_eq!(signed.fetch_min(-5, Ordering::SeqCst), -1);
    assert_eq!(signed.load(Ordering::SeqCst), -5);
    let flag = AtomicBool::default();
    assert!(!flag.fetch_nand(true, Ordering::SeqCst));
    assert!(flag.load(Ordering::Acquire));
    let mut value = 5;
    let pointer = AtomicPtr::new(&raw mut value);
    assert!(!pointer.swap(std::ptr::null_mut(), Ordering::AcqRel).is_null());
    assert!(pointer.load(Ordering::Acquire).is_null());

    let once = OnceLock::new();
    assert_eq!(once.get(), None);
    assert_eq!(*once.get_or_init(|| 1), 1);
    assert_eq!(once.set(2), Err(2));
    assert_eq!(once.into_inner(), Some(1));

    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let setter = {
        let pair = Arc::clone(&pair);
        thread::Builder::new().name("setter".into()).spawn(move || {
            *pair.0.lock() = true;
            pair.1.notify_all();
            thread::current().name().map(str::to_owned)
        })
    };
    let setter = setter.unwrap();
    assert_eq!(setter.thread().name(), Some("setter"));
    assert_ne!(setter.thread().id(), thread::current().id());
    drop(pair.1.wait_while(pair.0.lock(), |set| !*set));
    while !setter.is_finished() {
        hint::spin_loop();
    }
    assert_eq!(setter.join().unwrap().as_deref(), Some("setter"));

    let (_guard, result) = pair.1.wait_timeout(pair.0.lock(), Duration::from_millis(1));
    assert!(result.timed_out());
    thread::current().unpark();
    thread::park();
    thread::park_timeout(Duration::from_millis(1));
    thread::sleep(Duration::from_millis(1));
    thread::yield_now();
    let state = AtomicU32::new(3);
    assert!(futex::wait(&state, 4, None));
    assert_eq!(futex::wake(&state, 1), 0);
    assert!(!futex::wait(&state, 3, Some(interleave::time::Instant::now())));
}

#[test]
fn the_types_work_outside_of_a_model() {
    everything();
}

#[test]
fn the_types_work_inside_a_model() {
    let explored = Model::new().prove(everything);
    assert_eq!(explored.coverage, Coverage::All);
}

#[test]
fn real_threads_report_panics_and_do_not_poison() {
    let n = Arc::new(Mutex::new(0));
    let result = {
        let n = Arc::clone(&n);
        thread::spawn(move || {
            let _held = n.lock();
            std::panic::resume_unwind(Box::new("on purpose"));
        })
    };
    assert!(result.join().is_err());
    *n.lock() += 1;
}

interleave::thread_local! {
    /// Counts the calls of one thread.
    static CALLS: Cell<u32> = Cell::new(0);
    static GUARD: RefCell<Option<AtEnd>> = RefCell::new(None);
}

struct AtEnd(Arc<AtomicUsize>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Release);
    }
}

fn call() -> u32 {
    CALLS.with(|calls| {
        calls.set(calls.get() + 1);
        calls.get()
    })
}

fn locals() {
    let ended = Arc::new(AtomicUsize::new(0));
    let before = call();
    let other = {
        let ended = Arc::clone(&ended);
        thread::spawn(move || {
            GUARD.with(|guard| *guard.borrow_mut() = Some(AtEnd(ended)));
            call()
        })
    };
    assert_eq!(call(), before + 1);
    assert_eq!(other.join().unwrap(), 1, "each thread has its own");
    assert_eq!(ended.load(Ordering::Acquire), 1, "a thread's values go when it ends");
}

#[test]
fn thread_locals_belong_to_the_threads_of_the_model() {
    locals();
    // Each execution has new threads.
    let explored = Model::new().prove(|| {
        assert_eq!(call(), 1);
        locals();
    });
    assert_eq!(explored.coverage, Coverage::All);
}

#[test]
fn models_run_at_the_same_time_and_one_after_the_other() {
    let model = || {
        let n = Arc::new(AtomicUsize::new(0));
        let other = {
            let n = Arc::clone(&n);
            thread::spawn(move || n.fetch_add(1, Ordering::SeqCst))
        };
        n.fetch_add(1, Ordering::SeqCst);
        other.join().unwrap();
        assert_eq!(n.load(Ordering::SeqCst), 2);
    };
    let fails = || {
        let n = AtomicUsize::new(0);
        assert_eq!(n.load(Ordering::SeqCst), 1);
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..3 {
                    assert_eq!(Model::new().prove(model).coverage, Coverage::All);
                    assert_eq!(Model::new().search(fails).unwrap_err().kind, Kind::WrongValue);
                }
            });
        }
    });
}

static TOTAL: Global<AtomicUsize> = Global::new(|| AtomicUsize::new(0));
static ROOT: Global<interleave::cell::UnsafeCell<u32>> = Global::new(|| interleave::cell::UnsafeCell::new(7));

#[test]
fn globals_are_made_before_the_threads_of_an_execution() {
    let explored = Model::new().prove(|| {
        let threads: Vec<_> = (0..2)
            .map(|_| {
                thread::spawn(|| {
                    // SAFETY: no thread writes.
                    ROOT.with(|root| root.with(|root| assert_eq!(unsafe { *root }, 7)));
                    TOTAL.with(|total| total.fetch_add(1, Ordering::Relaxed));
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(TOTAL.with(|total| total.load(Ordering::Relaxed)), 2);
    });
    assert_eq!(explored.coverage, Coverage::All);
    TOTAL.with(|total| assert_eq!(total.load(Ordering::Relaxed), 0, "the process has its own"));
}

/// More executions than there is time for.
fn large() {
    let n = Arc::new(AtomicUsize::new(0));
    let others: Vec<_> = (0..3)
        .map(|_| {
            let n = Arc::clone(&n);
            thread::spawn(move || {
                for _ in 0..4 {
                    n.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    for other in others {
        other.join().unwrap();
    }
}

#[test]
fn a_search_that_is_cut_short_says_what_it_has_covered() {
    let start = Instant::now();
    let explored = Model::new().time(Duration::from_millis(200)).search(large).unwrap();
    assert!(start.elapsed() < Duration::from_secs(5));
    let Coverage::AtMost(k) = explored.coverage else { panic!("{explored}") };
    let preemptions = if k == 1 { "preemption" } else { "preemptions" };
    let text = format!("all executions with at most {k} {preemptions} ({})", explored.executions);
    assert_eq!(explored.to_string(), text);
    let again = Model::new().preemption_bound(k).time(Duration::from_secs(5)).search(large).unwrap();
    assert_eq!(again, explored, "all of them");
    let explored = Model::new().time(Duration::from_micros(1)).search(large).unwrap();
    assert_eq!(explored.coverage, Coverage::Stopped);
    assert_eq!(explored.to_string(), format!("stopped after {}", explored.executions));
}

/// What `prove` panics with.
fn refused(model: Model, f: fn()) -> String {
    *catch_unwind(AssertUnwindSafe(|| model.prove(f))).unwrap_err().downcast().unwrap()
}

#[test]
fn prove_panics_unless_the_search_is_complete() {
    let not_complete = "no failure so far, but the search is not complete";
    // With few preemptions it is, but the model did not say that this is enough.
    let text = refused(Model::new().time(Duration::from_millis(200)), large);
    assert!(text.starts_with("all executions with at most") && text.contains(not_complete), "{text}");
    for bound in [Model::new(), Model::new().preemption_bound(7)] {
        let text = refused(bound.time(Duration::from_micros(1)), large);
        assert!(text.starts_with("stopped after") && text.contains(not_complete), "{text}");
    }
}

#[test]
fn a_bound_that_the_model_sets_is_enough_and_is_said() {
    let explored = Model::new().preemption_bound(1).prove(locals);
    assert_eq!(explored.coverage, Coverage::AtMost(1));
    assert!(explored.to_string().starts_with("all executions with at most 1 preemption ("), "{explored}");
    assert_eq!(Model::new().prove(|| ()).to_string(), "all executions (1)");
}

#[test]
fn prove_panics_with_the_picture() {
    let picture = refused(Model::new(), || panic!("on purpose"));
    let failure = Model::new().search(|| panic!("on purpose")).unwrap_err();
    assert_eq!(picture.lines().next(), failure.to_string().lines().next());
    assert_eq!((failure.kind, &*failure.message), (Kind::Panic, "on purpose"));
    assert_eq!(failure.kind.to_string(), "panic");
}

/// The failure of a model whose closure uses what was made outside.
#[track_caller]
fn made_outside(f: impl Fn() + Send + Sync + 'static) {
    let failure = Model::new().search(f).unwrap_err();
    assert_eq!(failure.kind, Kind::CannotJudge);
    let text = "uses an object that was made outside of the model: make it inside the closure";
    assert!(failure.message.starts_with("crates/interleave/tests/api.rs:"), "{failure}");
    assert!(failure.message.contains(text), "{failure}");
}

#[test]
fn what_is_made_outside_is_not_for_a_model() {
    let n = Arc::new(Mutex::new(0));
    made_outside({
        let n = Arc::clone(&n);
        move || drop(n.lock())
    });
    made_outside({
        let n = Arc::clone(&n);
        move || drop(n.try_lock())
    });
    assert_eq!(*n.lock(), 0, "outside it goes on");
    let changed = Condvar::new();
    made_outside(move || changed.notify_one());
    let changed = Condvar::new();
    made_outside(move || {
        let inside = Mutex::new(0);
        drop(changed.wait(inside.lock()));
    });
    let flag = AtomicBool::new(false);
    made_outside(move || {
        flag.load(Ordering::SeqCst);
    });
    let flag = AtomicU32::new(0);
    made_outside(move || {
        futex::wake(&flag, 1);
    });
    let once = OnceLock::new();
    made_outside(move || {
        once.get_or_init(|| 1);
    });
    let cell = interleave::cell::UnsafeCell::new(0);
    made_outside(move || cell.with(|_| ()));
    let deadline = interleave::time::Instant::now();
    made_outside(move || assert!(deadline.elapsed().is_zero()));
    let thread = thread::current();
    made_outside(move || thread.unpark());
}

#[test]
fn a_model_inside_of_a_model_is_not_judged() {
    let inside = || drop(Model::new().search(|| ()));
    let failure = Model::new().search(inside).unwrap_err();
    assert_eq!((failure.kind, &*failure.message), (Kind::CannotJudge, "a model is run inside of a model"));
}

#[test]
fn what_is_made_in_one_execution_is_not_for_another() {
    static KEPT: std::sync::OnceLock<AtomicUsize> = std::sync::OnceLock::new();
    let failure = Model::new().search(|| {
        let kept = KEPT.get_or_init(|| AtomicUsize::new(0));
        let other = thread::spawn(|| ());
        kept.fetch_add(1, Ordering::SeqCst);
        other.join().unwrap();
    });
    let failure = failure.unwrap_err();
    assert_eq!(failure.kind, Kind::CannotJudge);
    assert!(failure.message.contains("make everything inside the closure"), "{failure}");
}
