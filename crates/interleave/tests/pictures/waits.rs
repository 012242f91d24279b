//! Wake-ups that are lost, stolen, missing or too late.

use std::time::Duration;

use interleave::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use interleave::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize};
use interleave::sync::{Arc, Condvar, Mutex};
use interleave::time::Instant;
use interleave::{Coverage, Kind, Model, futex, thread};

use crate::support::{fails, wait};

/// Counts without the lock: the check and the sleep are two steps.
struct Semaphore {
    free: AtomicUsize,
    lock: Mutex<()>,
    more: Condvar,
}

impl Semaphore {
    fn acquire(&self) {
        while self.free.load(Acquire) == 0 {
            let guard = self.lock.lock();
            drop(self.more.wait(guard));
        }
        self.free.fetch_sub(1, AcqRel);
    }

    fn release(&self) {
        self.free.fetch_add(1, AcqRel);
        self.more.notify_one();
    }
}

#[test]
fn a_lost_wakeup() {
    let failure = fails("lost_wakeup", Kind::LostWakeup, Model::new(), || {
        let permits =
            Arc::new(Semaphore { free: AtomicUsize::new(0), lock: Mutex::new(()), more: Condvar::new() });
        let taker = {
            let permits = Arc::clone(&permits);
            thread::Builder::new().name("taker".into()).spawn(move || permits.acquire()).unwrap()
        };
        permits.release();
        taker.join().unwrap();
    });
    let wait = wait(&failure, "T1 taker");
    assert_eq!(wait.object.as_deref(), Some("more"));
    assert_eq!(wait.line.text, "drop(self.more.wait(guard));");
    assert_eq!(failure.steps[wait.missed.unwrap()].text, "more.notify_one → nobody");
}

/// A queue of at most one item.
struct Slot {
    item: Mutex<Option<u32>>,
    changed: Condvar,
}

impl Slot {
    fn new() -> Arc<Self> {
        Arc::new(Slot { item: Mutex::new(None), changed: Condvar::new() })
    }

    fn put(&self, value: u32) {
        let mut item = self.item.lock();
        while item.is_some() {
            item = self.changed.wait(item);
        }
        *item = Some(value);
        self.changed.notify_all();
    }

    fn take_if(&self) -> u32 {
        let mut item = self.item.lock();
        if item.is_none() {
            item = self.changed.wait(item);
        }
        self.changed.notify_all();
        item.take().expect("an item after the wake-up")
    }

    fn take_while(&self) -> u32 {
        let mut item = self.changed.wait_while(self.item.lock(), |item| item.is_none());
        self.changed.notify_all();
        item.take().expect("an item after the wake-up")
    }
}

fn two_takers(take: fn(&Slot) -> u32) {
    let slot = Slot::new();
    let taker = {
        let slot = Arc::clone(&slot);
        thread::Builder::new().name("taker".into()).spawn(move || take(&slot)).unwrap()
    };
    let putter = {
        let slot = Arc::clone(&slot);
        thread::Builder::new().name("putter".into()).spawn(move || (1..=2).for_each(|n| slot.put(n))).unwrap()
    };
    let mine = take(&slot);
    assert_eq!(mine + taker.join().unwrap(), 3);
    putter.join().unwrap();
}

#[test]
fn if_instead_of_while_and_a_stolen_wakeup() {
    let failure =
        fails("stolen_wakeup", Kind::Panic, Model::new().preemption_bound(2), || two_takers(Slot::take_if));
    assert_eq!(failure.message, "an item after the wake-up");
    let place = failure.place.as_ref().unwrap();
    assert_eq!(place.text, "item.take().expect(\"an item after the wake-up\")");
    let explored = Model::new().preemption_bound(2).prove(|| two_takers(Slot::take_while));
    assert_eq!(explored.coverage, Coverage::AtMost(2));
}

fn one_taker(take: fn(&Slot) -> u32) {
    let slot = Slot::new();
    let putter = {
        let slot = Arc::clone(&slot);
        thread::spawn(move || slot.put(1))
    };
    assert_eq!(take(&slot), 1);
    putter.join().unwrap();
}

#[test]
fn if_instead_of_while_and_a_spurious_wake_up() {
    let explored = Model::new().prove(|| one_taker(Slot::take_if));
    assert_eq!(explored.coverage, Coverage::All);
    fails("spurious_wakeup", Kind::Panic, Model::new().spurious(true), || one_taker(Slot::take_if));
    let explored = Model::new().spurious(true).prove(|| one_taker(Slot::take_while));
    assert_eq!(explored.coverage, Coverage::All);
}

#[test]
fn a_notification_that_nobody_sends() {
    let failure = fails("no_notify", Kind::PartialDeadlock, Model::new(), || {
        let slot = Slot::new();
        let putter = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || *slot.item.lock() = Some(1))
        };
        assert_eq!(slot.take_while(), 1);
        putter.join().unwrap();
    });
    assert_eq!(wait(&failure, "main").object.as_deref(), Some("changed"));
}

/// A one-time event by park: the flag is checked, but two events share one permit.
#[test]
fn two_permits_are_one() {
    let failure = fails("park", Kind::LostWakeup, Model::new(), || {
        let waiter = thread::Builder::new().name("waiter".into());
        let waiter = waiter.spawn(|| (thread::park(), thread::park())).unwrap();
        waiter.thread().unpark();
        waiter.thread().unpark();
        waiter.join().unwrap();
    });
    let wait = wait(&failure, "T1 waiter");
    assert_eq!(wait.text, "park");
    assert_eq!(failure.steps[wait.missed.unwrap()].text, "unpark waiter: no effect");
}

fn parked_until(flag: &AtomicBool) {
    while !flag.load(Acquire) {
        thread::park();
    }
}

#[test]
fn a_permit_before_the_park_is_kept() {
    for spurious in [false, true] {
        let explored = Model::new().spurious(spurious).prove(|| {
            let flag = Arc::new(AtomicBool::new(false));
            let waiter = {
                let flag = Arc::clone(&flag);
                thread::spawn(move || parked_until(&flag))
            };
            flag.store(true, Release);
            waiter.thread().unpark();
            waiter.join().unwrap();
        });
        assert_eq!(explored.coverage, Coverage::All);
    }
}

#[test]
fn park_instead_of_a_loop() {
    let run = || {
        let flag = Arc::new(AtomicBool::new(false));
        let waiter = {
            let flag = Arc::clone(&flag);
            thread::spawn(move || {
                thread::park();
                assert!(flag.load(Acquire), "woken without a flag");
            })
        };
        flag.store(true, Release);
        waiter.thread().unpark();
        waiter.join().unwrap();
    };
    let explored = Model::new().prove(run);
    assert_eq!(explored.coverage, Coverage::All);
    // Only the spurious wake-up is wrong: after an unpark the flag is always seen.
    let failure = fails("park_once", Kind::WrongValue, Model::new().spurious(true), run);
    assert!(failure.steps.iter().any(|step| step.text == "park: spurious wake-up"));
}

#[test]
fn who_unparks_sees_nothing_of_who_did_before() {
    static SEEN: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let explored = Model::new().prove(|| {
        let (first, second) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let main = thread::current();
        let other = {
            let (first, second, main) = (Arc::clone(&first), Arc::clone(&second), main.clone());
            thread::spawn(move || {
                first.store(1, Relaxed);
                main.unpark();
                second.store(1, Relaxed);
            })
        };
        let third = thread::spawn(move || {
            if second.load(Relaxed) == 1 {
                main.unpark();
                SEEN.fetch_or(1 << first.load(Relaxed), Relaxed);
            }
        });
        other.join().unwrap();
        third.join().unwrap();
    });
    assert_eq!(explored.coverage, Coverage::All);
    assert_eq!(SEEN.load(Relaxed), 0b11, "the second flag does not order the first, nor does the permit");
}

#[test]
fn a_forgotten_guard_at_the_end() {
    let explored = Model::new().prove(|| std::mem::forget(Mutex::new(0).lock()));
    assert_eq!(explored.executions, 1);
}

/// Wakes first and changes the integer then.
#[test]
fn a_futex_woken_too_early() {
    let failure = fails("futex", Kind::LostWakeup, Model::new(), || {
        let state = Arc::new(AtomicU32::new(0));
        let sleeper = {
            let state = Arc::clone(&state);
            thread::spawn(move || {
                while state.load(Acquire) == 0 {
                    futex::wait(&state, 0, None);
                }
            })
        };
        futex::wake(&state, 1);
        state.store(1, Release);
        sleeper.join().unwrap();
    });
    assert_eq!(wait(&failure, "T1").object.as_deref(), Some("state"));
    let explored = Model::new().prove(|| {
        let state = Arc::new(AtomicU32::new(0));
        let sleeper = {
            let state = Arc::clone(&state);
            thread::spawn(move || {
                while state.load(Acquire) == 0 {
                    futex::wait(&state, 0, None);
                }
            })
        };
        state.store(1, Release);
        futex::wake(&state, 1);
        sleeper.join().unwrap();
    });
    assert_eq!(explored.coverage, Coverage::All);
}

#[test]
fn a_time_out_saves_from_a_deadlock() {
    let explored = Model::new().prove(|| {
        let slot = Slot::new();
        let (item, result) = slot.changed.wait_timeout(slot.item.lock(), Duration::from_secs(1));
        assert!(result.timed_out() && item.is_none());
    });
    assert_eq!(explored.coverage, Coverage::All);
}

#[test]
fn a_time_out_fires_or_does_not() {
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    static SEEN: [AtomicBool; 2] = [AtomicBool::new(false), AtomicBool::new(false)];
    let explored = Model::new().prove(|| {
        let slot = Slot::new();
        let putter = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || slot.put(1))
        };
        let limit = Duration::from_secs(1);
        let (item, result) = slot.changed.wait_timeout_while(slot.item.lock(), limit, |item| item.is_none());
        assert_eq!(item.is_none(), result.timed_out());
        SEEN[usize::from(result.timed_out())].store(true, Relaxed);
        drop(item);
        putter.join().unwrap();
    });
    assert_eq!(explored.coverage, Coverage::All);
    assert!(SEEN.iter().all(|seen| seen.load(Relaxed)), "both are found");
}

#[test]
fn code_with_deadlines_sees_them_pass() {
    let explored = Model::new().prove(|| {
        let slot = Slot::new();
        let deadline = Instant::now() + Duration::from_secs(5);
        let mut item = slot.item.lock();
        while item.is_none() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            item = slot.changed.wait_timeout(item, left).0;
        }
    });
    assert_eq!(explored.executions, 1);
}

#[test]
fn a_time_out_that_comes_too_early_for_the_result() {
    let failure = fails("timed_out", Kind::WrongValue, Model::new(), || {
        let slot = Slot::new();
        let putter = {
            let slot = Arc::clone(&slot);
            thread::Builder::new().name("putter".into()).spawn(move || slot.put(1)).unwrap()
        };
        let (item, _) = slot.changed.wait_timeout(slot.item.lock(), Duration::from_secs(60));
        assert_eq!(*item, Some(1), "a minute is enough");
        drop(item);
        putter.join().unwrap();
    });
    assert!(failure.steps.iter().any(|step| step.text == "changed.wait: timed out"));
}

#[test]
fn a_parked_thread_and_a_futex_time_out_too() {
    let explored = Model::new().prove(|| {
        thread::park_timeout(Duration::from_millis(1));
        let state = AtomicU32::new(0);
        assert!(!futex::wait(&state, 0, Some(Instant::now() + Duration::from_millis(1))));
        thread::sleep(Duration::from_secs(1));
        assert_eq!(Instant::now().elapsed(), Duration::ZERO);
    });
    assert_eq!(explored.coverage, Coverage::All);
}

#[test]
fn a_loop_that_polls_ends() {
    let explored = Model::new().prove(|| {
        let slot = Slot::new();
        let putter = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || slot.put(1))
        };
        let mut item = slot.item.lock();
        while item.is_none() {
            item = slot.changed.wait_timeout(item, Duration::from_millis(10)).0;
        }
        drop(item);
        putter.join().unwrap();
    });
    assert_eq!(explored.coverage, Coverage::All);
}
