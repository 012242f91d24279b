//! What each policy promises, on real threads.

use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ungil_gil::platform::Real;
use ungil_gil::{Gil, GilEvent, NewGil, NoGil, OldGil, Platform, Point, Recorder, TimedEvent, allow_threads};

const TURNS: u32 = 2000;

/// A number that the GIL protects.
struct Shared {
    gil: NewGil<Real>,
    number: UnsafeCell<u32>,
    /// How many threads have not ended.
    left: AtomicU32,
    /// How far those that have ended have counted.
    turns: AtomicU32,
}

// SAFETY: see above.
unsafe impl Sync for Shared {}

/// Three threads count together, and yield the GIL whenever they should: each at least once, but for the last.
#[test]
fn the_new_gil_lets_one_in() {
    let gil = NewGil::new(Real::new());
    gil.set_interval(Duration::ZERO);
    let shared = Arc::new(Shared {
        gil,
        number: UnsafeCell::new(0),
        left: AtomicU32::new(3),
        turns: AtomicU32::new(0),
    });
    let threads = [(); 3].map(|()| {
        let all = Arc::clone(&shared);
        shared.gil.platform().spawn("counter", move || {
            let thread = all.gil.thread();
            all.gil.take_gil(&thread);
            let (mut turns, mut passed) = (0, false);
            while turns < TURNS || (!passed && all.left.load(Ordering::Relaxed) > 1) {
                turns += 1;
                // SAFETY: it has the GIL.
                unsafe { *all.number.get() += 1 };
                if all.gil.should_yield(&thread, Point::BackEdge) {
                    // SAFETY: it has taken the GIL.
                    unsafe { all.gil.yield_gil(&thread) };
                    passed = true;
                }
            }
            all.left.fetch_sub(1, Ordering::Relaxed);
            all.turns.fetch_add(turns, Ordering::Relaxed);
            // SAFETY: it has taken the GIL.
            unsafe { all.gil.drop_gil(&thread) };
        })
    });
    threads.into_iter().for_each(|thread| shared.gil.platform().join(thread));
    // SAFETY: the threads have ended.
    assert_eq!(unsafe { *shared.number.get() }, shared.turns.load(Ordering::Relaxed));
}

#[test]
fn the_old_gil_wakes_who_waits() {
    let platform = Real::new();
    let recorder = Recorder::new(platform.clone());
    let gil = Arc::new(OldGil::observed(platform.clone(), recorder.clone()));
    let thread = gil.thread();
    gil.take_gil(&thread);
    let other = {
        let gil = Arc::clone(&gil);
        platform.spawn("other", move || gil.take_gil(&gil.thread()))
    };
    let waits = |event: &TimedEvent| event.what == GilEvent::Waits;
    while !recorder.take().events.iter().any(waits) {
        std::thread::yield_now();
    }
    // SAFETY: it has taken the GIL.
    unsafe { gil.drop_gil(&thread) };
    platform.join(other);
    assert_eq!(recorder.take().name(1), "other");
}

#[test]
fn the_interval_is_a_microsecond_at_least() {
    let gil = NewGil::new(Real::new());
    assert_eq!(gil.interval(), Duration::from_millis(5));
    gil.set_interval(Duration::from_nanos(900));
    assert_eq!(gil.interval(), Duration::from_micros(1));
    gil.set_interval(Duration::MAX);
    assert_eq!(gil.interval(), Duration::from_micros(u64::MAX));
}

#[test]
fn the_old_gil_is_due_after_its_ticks() {
    let gil = OldGil::new(Real::new());
    let thread = gil.thread();
    let instructions_until_due = || (0_u32..).find(|_| gil.should_yield(&thread, Point::Instruction));
    assert_eq!(instructions_until_due(), Some(100));
    gil.set_check_interval(7);
    // The interval before counts to its end.
    assert_eq!(instructions_until_due(), Some(100));
    assert_eq!(instructions_until_due(), Some(7));
    assert!((0..1000).all(|_| !gil.should_yield(&thread, Point::BackEdge)));
}

#[test]
fn the_old_gil_takes_any_check_interval() {
    let gil = OldGil::new(Real::new());
    gil.set_check_interval(u32::MAX);
    assert_eq!(gil.check_interval(), i32::MAX.cast_unsigned());
}

#[test]
fn without_a_gil_two_have_it_at_once() {
    let gil = NoGil::new(Real::new());
    let (one, other) = (gil.thread(), gil.thread());
    gil.take_gil(&one);
    gil.take_gil(&other);
    assert!(!gil.should_yield(&one, Point::Instruction));
    assert_eq!((gil.number(&one), gil.number(&other)), (0, 1));
}

#[test]
fn it_is_taken_again_after_a_panic() {
    let platform = Real::new();
    let recorder = Recorder::new(platform.clone());
    let gil = OldGil::observed(platform.clone(), recorder.clone());
    let thread = gil.thread();
    gil.take_gil(&thread);
    let native = || resume_unwind(Box::new("on purpose"));
    // SAFETY: it has taken the GIL, and touches no object.
    let result = catch_unwind(AssertUnwindSafe(|| unsafe { allow_threads::<_, ()>(&gil, &thread, native) }));
    assert_eq!(*result.unwrap_err().downcast::<&str>().unwrap(), "on purpose");
    let what: Vec<GilEvent> = recorder.take().events.iter().map(|event| event.what).collect();
    assert_eq!(
        what,
        [GilEvent::Takes, GilEvent::Leaves, GilEvent::Releases, GilEvent::Returns, GilEvent::Takes]
    );
}
