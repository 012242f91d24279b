//! Values, orderings, data races.

use interleave::cell::UnsafeCell;
use interleave::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use interleave::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
use interleave::sync::{Arc, Mutex, OnceLock};
use interleave::{Coverage, Kind, Model, hint, thread};

use crate::support::fails;

#[test]
fn the_first_model_of_the_documentation() {
    let failure = fails("first_model", Kind::WrongValue, Model::new(), || {
        let n = Arc::new(AtomicUsize::new(0));
        let other = {
            let n = Arc::clone(&n);
            thread::spawn(move || {
                let seen = n.load(SeqCst);
                n.store(seen + 1, SeqCst);
            })
        };
        let seen = n.load(SeqCst);
        n.store(seen + 1, SeqCst);
        other.join().unwrap();
        assert_eq!(n.load(SeqCst), 2);
    });
    assert!(
        include_str!("../../README.md").contains(&failure.to_string()),
        "the README shows another picture"
    );
}

#[test]
fn a_lost_update() {
    let failure = fails("lost_update", Kind::WrongValue, Model::new(), || {
        let n = Arc::new(AtomicUsize::new(0));
        let workers: Vec<_> = (0..2)
            .map(|_| {
                let n = Arc::clone(&n);
                thread::spawn(move || {
                    let seen = n.load(SeqCst);
                    n.store(seen + 1, SeqCst);
                })
            })
            .collect();
        for worker in workers {
            worker.join().unwrap();
        }
        assert_eq!(n.load(SeqCst), 2, "an update is lost");
    });
    assert_eq!(failure.threads, ["main", "T1", "T2"]);
    assert!(failure.message.contains("an update is lost"));
    // Both load before the first stores.
    let texts: Vec<&str> = failure.steps.iter().map(|step| &*step.text).collect();
    let first_store = texts.iter().position(|text| text.starts_with("n.store(1)")).unwrap();
    assert_eq!(texts[..first_store].iter().filter(|text| **text == "n.load → 0").count(), 2);
    assert!(failure.steps.iter().all(|step| step.newest.is_none()), "an interleaving explains it");
}

#[test]
fn a_relaxed_publication() {
    let failure = fails("relaxed_publication", Kind::DataRace, Model::new(), || {
        let data = Arc::new(UnsafeCell::new(0));
        let ready = Arc::new(AtomicBool::new(false));
        let (data2, ready2) = (Arc::clone(&data), Arc::clone(&ready));
        let publisher = thread::spawn(move || {
            // SAFETY: on purpose it is not: the flag does not order this with the read.
            data2.with_mut(|data| unsafe { *data = 42 });
            ready2.store(true, Relaxed);
        });
        if ready.load(Relaxed) {
            // SAFETY: as above.
            assert_eq!(data.with(|data| unsafe { *data }), 42);
        }
        publisher.join().unwrap();
    });
    assert!(failure.explanation.starts_with("T1 has written data"), "{}", failure.explanation);
}

/// With two flags: the second is set after the first, and seen before it.
fn two_flags(order: Ordering) {
    let first = Arc::new(AtomicBool::new(false));
    let second = Arc::new(AtomicBool::new(false));
    let (first2, second2) = (Arc::clone(&first), Arc::clone(&second));
    let setter = thread::spawn(move || {
        first2.store(true, Relaxed);
        second2.store(true, order);
    });
    if second.load(Acquire) {
        assert!(first.load(Relaxed), "the second flag is up and the first is not");
    }
    setter.join().unwrap();
}

#[test]
fn a_stale_read() {
    let failure = fails("stale_read", Kind::StaleRead, Model::new(), || two_flags(Relaxed));
    let old = failure.steps.iter().find(|step| step.newest.is_some()).expect("a read of an old value");
    assert_eq!(old.object.as_deref(), Some("first"));
    assert_eq!(old.newest.as_deref(), Some("true"));
    assert!(failure.explanation.starts_with("No interleaving explains this: main saw an OLD value of first"));
    let explored = Model::new().prove(|| two_flags(Release));
    assert_eq!(explored.coverage, Coverage::All);
}

/// Each thread raises its flag and looks at the other's: at least one must see the other.
fn dekker(order: Ordering, fenced: bool) {
    let flags = Arc::new([AtomicBool::new(false), AtomicBool::new(false)]);
    let enter = move |flags: &[AtomicBool; 2], me: usize| {
        let store = if order == AcqRel { Release } else { order };
        let load = if order == AcqRel { Acquire } else { order };
        flags[me].store(true, store);
        if fenced {
            fence(SeqCst);
        }
        flags[1 - me].load(load)
    };
    let other = {
        let flags = Arc::clone(&flags);
        thread::spawn(move || enter(&flags, 1))
    };
    let mine = enter(&flags, 0);
    assert!(mine || other.join().unwrap(), "both have entered");
}

#[test]
fn dekker_with_seq_cst_is_not_judged() {
    let failure = fails("dekker_seq_cst", Kind::CannotJudge, Model::new(), || dekker(SeqCst, false));
    assert!(failure.explanation.contains("SeqCst"));
}

#[test]
fn dekker_with_acq_rel_is_wrong() {
    let failure = fails("dekker_acq_rel", Kind::StaleRead, Model::new(), || dekker(AcqRel, false));
    assert_eq!(
        failure.steps.iter().find(|step| step.newest.is_some()).unwrap().object.as_deref(),
        Some("flags[0]")
    );
}

#[test]
fn dekker_with_fences_passes() {
    let explored = Model::new().prove(|| dekker(Relaxed, true));
    assert_eq!(explored.coverage, Coverage::All);
}

#[test]
fn what_is_not_judged_does_not_end_the_search() {
    // Dekker's false alarm comes first, a real mistake later.
    fails("after_a_false_alarm", Kind::WrongValue, Model::new(), || {
        let flags = Arc::new([AtomicBool::new(false), AtomicBool::new(false)]);
        let n = Arc::new(AtomicUsize::new(0));
        let other = {
            let (flags, n) = (Arc::clone(&flags), Arc::clone(&n));
            thread::spawn(move || {
                flags[1].store(true, SeqCst);
                let seen = flags[0].load(SeqCst);
                n.fetch_add(1, SeqCst);
                seen
            })
        };
        flags[0].store(true, SeqCst);
        let seen = flags[1].load(SeqCst);
        let early = n.load(SeqCst) == 1;
        let other_saw = other.join().unwrap();
        assert!(seen || other_saw, "both have entered");
        assert!(!early, "the other was faster");
    });
}

#[test]
fn a_once_lock_that_is_asked_before_it_is_set() {
    fails("once_lock", Kind::WrongValue, Model::new(), || {
        let config = Arc::new(OnceLock::new());
        let mine = {
            let config = Arc::clone(&config);
            thread::spawn(move || {
                if config.get().is_none() {
                    let _ = config.set(1);
                    return true;
                }
                false
            })
        };
        let first = config.get().is_none();
        let _ = config.set(2);
        assert!(first != mine.join().unwrap(), "exactly one thread is the first");
    });
}

#[test]
fn a_once_lock_initialises_once() {
    let explored = Model::new().prove(|| {
        let config = Arc::new(OnceLock::new());
        let runs = Arc::new(AtomicUsize::new(0));
        let init = |config: &OnceLock<usize>, runs: &AtomicUsize| {
            *config.get_or_init(|| {
                runs.fetch_add(1, Relaxed);
                7
            })
        };
        let other = {
            let (config, runs) = (Arc::clone(&config), Arc::clone(&runs));
            thread::spawn(move || init(&config, &runs))
        };
        assert_eq!(init(&config, &runs), 7);
        assert_eq!(other.join().unwrap(), 7);
        assert_eq!(runs.load(Relaxed), 1);
    });
    assert_eq!(explored.coverage, Coverage::All);
}

#[test]
fn a_spin_lock_that_gives_way_passes() {
    let explored = Model::new().prove(|| {
        let lock = Arc::new((AtomicBool::new(false), UnsafeCell::new(0)));
        let add = |(locked, n): &(AtomicBool, UnsafeCell<u32>)| {
            while locked.compare_exchange(false, true, Acquire, Relaxed).is_err() {
                hint::spin_loop();
            }
            // SAFETY: the flag is this thread's.
            n.with_mut(|n| unsafe { *n += 1 });
            locked.store(false, Release);
        };
        let other = {
            let lock = Arc::clone(&lock);
            thread::spawn(move || add(&lock))
        };
        add(&lock);
        other.join().unwrap();
        // SAFETY: the other thread has ended.
        assert_eq!(lock.1.with(|n| unsafe { *n }), 2);
    });
    assert_eq!(explored.coverage, Coverage::All);
}

#[test]
fn check_then_act_under_two_locks() {
    // Each access is locked; the two together are not.
    fails("check_then_act", Kind::WrongValue, Model::new(), || {
        let balance = Arc::new(Mutex::new(100));
        let withdraw = |balance: &Mutex<i32>| {
            if *balance.lock() >= 80 {
                *balance.lock() -= 80;
            }
        };
        let other = {
            let balance = Arc::clone(&balance);
            thread::Builder::new().name("card".into()).spawn(move || withdraw(&balance)).unwrap()
        };
        withdraw(&balance);
        other.join().unwrap();
        assert!(*balance.lock() >= 0, "the account is overdrawn");
    });
}
