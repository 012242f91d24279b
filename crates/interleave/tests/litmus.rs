//! Which outcomes of the small programs of the literature are found: all that must be, and none that the
//! language forbids. Where loom cannot follow, the test says so.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use interleave::sync::Arc;
use interleave::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use interleave::sync::atomic::{AtomicU32, fence};
use interleave::{Coverage, Model, thread};

/// What the threads share.
#[derive(Clone)]
struct Shared(Arc<[AtomicU32; 3]>);

impl std::ops::Index<usize> for Shared {
    type Output = AtomicU32;

    fn index(&self, at: usize) -> &AtomicU32 {
        &self.0[at]
    }
}

type Body = fn(&Shared) -> Vec<u32>;

const X: usize = 0;
const Y: usize = 1;

/// The results of the threads, one after the other, in every execution; the last numbers are what `X` and `Y`
/// hold in the end.
#[track_caller]
fn outcomes(threads: &'static [Body]) -> BTreeSet<Vec<u32>> {
    let found: Arc<Mutex<BTreeSet<Vec<u32>>>> = Arc::default();
    let explored = {
        let found = Arc::clone(&found);
        // A machine may be busy.
        Model::new().time(Duration::from_secs(60)).prove(move || {
            let shared = Shared(Arc::new([0; 3].map(AtomicU32::new)));
            let others: Vec<_> = threads[1..]
                .iter()
                .map(|body| {
                    let shared = shared.clone();
                    thread::spawn(move || body(&shared))
                })
                .collect();
            let mut outcome = threads[0](&shared);
            outcome.extend(others.into_iter().flat_map(|other| other.join().unwrap()));
            outcome.extend([X, Y].map(|at| shared[at].load(Relaxed)));
            found.lock().unwrap_or_else(PoisonError::into_inner).insert(outcome);
        })
    };
    assert_eq!(explored.coverage, Coverage::All);
    found.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The same, without what `X` and `Y` hold in the end.
#[track_caller]
fn results(threads: &'static [Body]) -> BTreeSet<Vec<u32>> {
    let cut = |mut outcome: Vec<u32>| {
        outcome.truncate(outcome.len() - 2);
        outcome
    };
    outcomes(threads).into_iter().map(cut).collect()
}

fn set<const N: usize>(outcomes: impl IntoIterator<Item = [u32; N]>) -> BTreeSet<Vec<u32>> {
    outcomes.into_iter().map(Vec::from).collect()
}

fn pairs() -> BTreeSet<Vec<u32>> {
    set([[0, 0], [0, 1], [1, 0], [1, 1]])
}

/// A [`Body`] of these steps.
macro_rules! steps {
    (|$s:ident| $($step:expr),* $(,)?) => { |$s: &Shared| vec![$($step),*] };
}

/// A store, which returns nothing.
macro_rules! run {
    (|$s:ident| $($step:expr);* $(;)?) => { |$s: &Shared| { $($step;)* Vec::new() } };
}

#[test]
fn message_passing() {
    let relaxed = results(&[
        steps!(|s| s[Y].load(Relaxed), s[X].load(Relaxed)),
        run!(|s| s[X].store(1, Relaxed); s[Y].store(1, Relaxed)),
    ]);
    assert_eq!(relaxed, pairs());
    let released = results(&[
        steps!(|s| s[Y].load(Acquire), s[X].load(Relaxed)),
        run!(|s| s[X].store(1, Relaxed); s[Y].store(1, Release)),
    ]);
    assert_eq!(released, set([[0, 0], [0, 1], [1, 1]]));
    // Half of the pair is not enough.
    let half = results(&[
        steps!(|s| s[Y].load(Relaxed), s[X].load(Relaxed)),
        run!(|s| s[X].store(1, Relaxed); s[Y].store(1, Release)),
    ]);
    assert_eq!(half, pairs());
    let fenced = results(&[
        |s| {
            let y = s[Y].load(Relaxed);
            fence(Acquire);
            vec![y, s[X].load(Relaxed)]
        },
        run!(|s| s[X].store(1, Relaxed); fence(Release); s[Y].store(1, Relaxed)),
    ]);
    assert_eq!(fenced, released);
}

#[test]
fn message_passing_through_a_third_thread() {
    // The second sees the first's store, and releases what it has acquired.
    let passed = results(&[
        run!(|s| s[X].store(1, Relaxed); s[Y].store(1, Release)),
        |s| {
            let y = s[Y].load(Acquire);
            s[2].store(y, Release);
            Vec::new()
        },
        steps!(|s| s[2].load(Acquire), s[X].load(Relaxed)),
    ]);
    assert_eq!(passed, set([[0, 0], [0, 1], [1, 1]]));
}

#[test]
fn a_release_sequence() {
    // A read-modify-write in between, though relaxed, hands on what was released; a store does not.
    let handed_on = results(&[
        run!(|s| s[X].store(1, Relaxed); s[Y].store(1, Release)),
        |s| {
            let _ = s[Y].compare_exchange(1, 2, Relaxed, Relaxed);
            Vec::new()
        },
        steps!(|s| s[Y].load(Acquire), s[X].load(Relaxed)),
    ]);
    assert_eq!(handed_on, set([[0, 0], [0, 1], [1, 1], [2, 1]]));
    let overwritten = results(&[
        run!(|s| s[X].store(1, Relaxed); s[Y].store(1, Release); s[Y].store(2, Relaxed)),
        steps!(|s| s[Y].load(Acquire), s[X].load(Relaxed)),
    ]);
    assert_eq!(overwritten, set([[0, 0], [0, 1], [1, 1], [2, 0], [2, 1]]));
}

#[test]
fn store_buffering() {
    let weak = results(&[
        |s| {
            s[X].store(1, Release);
            vec![s[Y].load(Acquire)]
        },
        |s| {
            s[Y].store(1, Release);
            vec![s[X].load(Acquire)]
        },
    ]);
    assert_eq!(weak, pairs());
    let fenced = results(&[
        |s| {
            s[X].store(1, Relaxed);
            fence(SeqCst);
            vec![s[Y].load(Relaxed)]
        },
        |s| {
            s[Y].store(1, Relaxed);
            fence(SeqCst);
            vec![s[X].load(Relaxed)]
        },
    ]);
    assert_eq!(fenced, set([[0, 1], [1, 0], [1, 1]]));
    // A read-modify-write reads the newest value.
    let swapped = results(&[steps!(|s| s[X].swap(1, Relaxed)), steps!(|s| s[X].swap(2, Relaxed))]);
    assert_eq!(swapped, set([[0, 1], [2, 0]]));
}

#[test]
fn coherence() {
    // One thread's loads of one atomic never go back.
    let reads = results(&[
        steps!(|s| s[X].load(Relaxed), s[X].load(Relaxed)),
        run!(|s| s[X].store(1, Relaxed); s[X].store(2, Relaxed)),
    ]);
    assert_eq!(reads, set([[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]]));
    // A thread sees its own store, or what comes after it.
    let own = results(&[
        |s| {
            s[X].store(1, Relaxed);
            vec![s[X].load(Relaxed)]
        },
        run!(|s| s[X].store(2, Relaxed)),
    ]);
    assert_eq!(own, set([[1], [2]]));
    // A load before the thread's own store does not see it.
    let before = results(&[
        |s| {
            let seen = s[X].load(Relaxed);
            s[X].store(2, Relaxed);
            vec![seen]
        },
        steps!(|s| s[X].load(Relaxed)),
    ]);
    assert_eq!(before, set([[0, 0], [0, 2]]));
    let ends = outcomes(&[run!(|s| s[X].store(1, Relaxed)), run!(|s| s[X].store(2, Relaxed))]);
    assert_eq!(ends, set([[1, 0], [2, 0]]));
}

#[test]
fn two_readers_of_two_writers() {
    // Independent reads of independent writes: without SeqCst the two may disagree about the order.
    let iriw = results(&[
        steps!(|s| s[X].load(Acquire), s[Y].load(Acquire)),
        steps!(|s| s[Y].load(Acquire), s[X].load(Acquire)),
        run!(|s| s[X].store(1, Release)),
        run!(|s| s[Y].store(1, Release)),
    ]);
    assert!(iriw.contains(&vec![1, 0, 1, 0]), "{iriw:?}");
    assert_eq!(iriw.len(), 16);
}

#[test]
fn a_value_that_a_read_modify_write_has_replaced() {
    let added = outcomes(&[
        steps!(|s| s[X].fetch_add(1, Relaxed)),
        steps!(|s| s[X].fetch_add(1, Relaxed), s[X].load(Relaxed)),
    ]);
    assert_eq!(added, set([[0, 1, 2, 2, 0], [1, 0, 1, 2, 0], [1, 0, 2, 2, 0]]));
    // A plain store may come first or last, and never between the two halves.
    let stored = outcomes(&[
        |s| {
            s[X].store(5, Relaxed);
            vec![s[X].swap(9, Relaxed)]
        },
        steps!(|s| s[X].fetch_add(1, AcqRel)),
    ]);
    assert_eq!(stored, set([[5, 0, 9, 0], [5, 9, 10, 0], [6, 5, 9, 0]]));
}

#[test]
fn what_loom_cannot_do() {
    // Load buffering: both loads see what the other thread stores afterwards.
    let buffered = results(&[
        |s| {
            let x = s[X].load(Relaxed);
            s[Y].store(1, Relaxed);
            vec![x]
        },
        |s| {
            let y = s[Y].load(Relaxed);
            s[X].store(1, Relaxed);
            vec![y]
        },
    ]);
    assert_eq!(buffered, set([[0, 0], [0, 1], [1, 0]]));
    // SeqCst accesses, which are AcqRel.
    let dekker = results(&[
        |s| {
            s[X].store(1, SeqCst);
            vec![s[Y].load(SeqCst)]
        },
        |s| {
            s[Y].store(1, SeqCst);
            vec![s[X].load(SeqCst)]
        },
    ]);
    assert_eq!(dekker, pairs(), "[0, 0] is a false alarm");
}
