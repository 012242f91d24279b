//! The detector in debug builds: a graph with an edge from each held lock to each lock taken meanwhile.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{HOOK, Hold, Link, Report};

/// A lock's place in the graph. The number stays with the lock when it is moved, as its address would not.
#[derive(Debug)]
pub struct Node {
    /// 0 until it is taken for the first time: a `const fn` cannot count.
    number: AtomicU64,
    /// `Lock` or `RLock`. This and the fields below are immutable.
    kind: &'static str,
    /// The name of the value's type.
    of: fn() -> &'static str,
    /// Where the lock was made.
    made: &'static Location<'static>,
}

/// What all threads have done so far. Guarded by the lock of [`GRAPH`].
struct Graph {
    /// By the numbers of the lock that was held and the one that was taken: the first thread that did it.
    links: BTreeMap<(u64, u64), Link>,
    /// The waits that were reported, by the place of the wait and the lock.
    waits: HashSet<(&'static Location<'static>, u64)>,
}

static GRAPH: Mutex<Option<Graph>> = Mutex::new(None);

thread_local! {
    /// What this thread holds, in the order in which it took it.
    static HELD: RefCell<Vec<(u64, Hold)>> = const { RefCell::new(Vec::new()) };
}

/// Calls `f` with what this thread holds; not while its locals are dropped.
fn with_held<R>(f: impl FnOnce(&mut Vec<(u64, Hold)>) -> R) -> Option<R> {
    HELD.try_with(|held| f(&mut held.borrow_mut())).ok()
}

fn with_graph<R>(f: impl FnOnce(&mut Graph) -> R) -> R {
    let mut graph = GRAPH.lock().unwrap_or_else(PoisonError::into_inner);
    f(graph.get_or_insert_with(|| Graph { links: BTreeMap::new(), waits: HashSet::new() }))
}

impl Node {
    #[track_caller]
    pub(crate) const fn new(kind: &'static str, of: fn() -> &'static str) -> Self {
        Node { number: AtomicU64::new(0), kind, of, made: Location::caller() }
    }

    /// The caller is about to take the lock, and blocks if another thread holds it.
    #[track_caller]
    pub(crate) fn takes(&self) {
        let held = with_held(|held| held.clone()).unwrap_or_default();
        let takes = (self.number(), self.hold(Location::caller()));
        for holds in &held {
            if let Some(cycle) = with_graph(|graph| graph.note(holds, &takes)) {
                report(&Report::Cycle(cycle));
            }
        }
    }

    /// The caller has taken the lock.
    #[track_caller]
    pub(crate) fn taken(&self) {
        let hold = self.hold(Location::caller());
        with_held(|held| held.push((self.number(), hold)));
    }

    /// The caller has released the lock, once.
    pub(crate) fn released(&self) {
        let number = self.number();
        with_held(|held| {
            let last = held.iter().rposition(|(other, _)| *other == number);
            last.map(|last| held.remove(last))
        });
    }

    fn hold(&self, at: &'static Location<'static>) -> Hold {
        Hold { kind: self.kind, of: (self.of)(), made: self.made, at }
    }

    fn number(&self) -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        // Relaxed, here and below: the numbers only have to differ.
        let number = self.number.load(Ordering::Relaxed);
        if number != 0 {
            return number;
        }
        let new = NEXT.fetch_add(1, Ordering::Relaxed);
        self.number
            .compare_exchange(0, new, Ordering::Relaxed, Ordering::Relaxed)
            .map_or_else(|seen| seen, |_| new)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let number = *self.number.get_mut();
        if number != 0 {
            with_graph(|graph| graph.links.retain(|(from, to), _| *from != number && *to != number));
        }
    }
}

impl Graph {
    /// Notes that `takes` was taken while `holds` was held, and returns the cycle that this completes.
    fn note(&mut self, holds: &(u64, Hold), takes: &(u64, Hold)) -> Option<Vec<Link>> {
        let (from, to) = (holds.0, takes.0);
        // A plain lock that is taken twice blocks at once, and an RLock may be.
        if from == to || self.links.contains_key(&(from, to)) {
            return None;
        }
        let link =
            Link { thread: ungil_threads::current().name(), holds: holds.1.clone(), takes: takes.1.clone() };
        let mut cycle = self.path(to, from, &mut HashSet::new());
        if let Some(path) = &mut cycle {
            path.insert(0, link.clone());
        }
        self.links.insert((from, to), link);
        cycle
    }

    /// The links that lead from one lock to another.
    fn path(&self, from: u64, to: u64, seen: &mut HashSet<u64>) -> Option<Vec<Link>> {
        if from == to {
            return Some(Vec::new());
        }
        if !seen.insert(from) {
            return None;
        }
        self.links.range((from, 0)..=(from, u64::MAX)).find_map(|((_, next), link)| {
            let mut path = self.path(*next, to, seen)?;
            path.insert(0, link.clone());
            Some(path)
        })
    }
}

/// The caller waits for a condition with the lock of `with`, which it still holds.
#[track_caller]
pub(crate) fn waits(with: &Node) {
    let (at, with) = (Location::caller(), with.number());
    let others =
        with_held(|held| held.iter().filter(|(number, _)| *number != with).cloned().collect::<Vec<_>>());
    for (number, holds) in others.unwrap_or_default() {
        if with_graph(|graph| graph.waits.insert((at, number))) {
            report(&Report::WaitsWithLock { thread: ungil_threads::current().name(), holds, at });
        }
    }
}

fn report(report: &Report) {
    let hook = HOOK.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match hook {
        Some(hook) => hook(report),
        None => eprintln!("{report}"),
    }
}
