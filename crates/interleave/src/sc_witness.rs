//! The search for a sequentially consistent order of the steps that explains an execution.
//!
//! loom finds executions in which a read returns an old value though the program ran in one order. Often
//! another order of the same steps explains the value without any weak memory; a learner should see that order.
//! If there is none, the memory orderings are what the failure is about; or, where all of it is `SeqCst`,
//! loom is wrong.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

use crate::record::{Act, Event, Object, Value, Wake};

/// Executions with more events are shown as they were found.
const EVENTS: usize = 300;

/// When the search for an order is given up.
const NODES: usize = 200_000;

/// What an operation reads and writes.
struct Access {
    object: usize,
    read: Option<Value>,
    write: Option<Value>,
    order: Ordering,
}

fn access(event: &Event) -> Option<Access> {
    let object = event.object?;
    let (read, write, order) = match event.act {
        Act::Load { order, value } | Act::Refused { order, value, .. } => (Some(value), None, order),
        Act::Store { order, value } => (None, Some(value), order),
        Act::Rmw { order, old, new, .. } => (Some(old), Some(new), order),
        Act::FutexWait { expected: value } | Act::FutexChanged { value, .. } => {
            (Some(value), None, Ordering::Relaxed)
        }
        // A OnceLock is a flag, set with release and looked at with acquire.
        Act::OnceGet(set) => (Some(Value::Bool(set)), None, Ordering::Acquire),
        Act::OnceReady | Act::OnceSet(false) => (Some(Value::Bool(true)), None, Ordering::Acquire),
        Act::OnceMade | Act::OnceSet(true) => {
            (Some(Value::Bool(false)), Some(Value::Bool(true)), Ordering::AcqRel)
        }
        _ => return None,
    };
    Some(Access { object, read, write, order })
}

/// For each event that returned an old value, the newest one, in the order in which the events are given.
pub(crate) fn old_reads(events: &[Event], objects: &[Object]) -> HashMap<usize, Value> {
    let mut memory: Vec<Option<Value>> = objects.iter().map(|object| object.initial).collect();
    let mut old = HashMap::new();
    for (at, event) in events.iter().enumerate() {
        let Some(access) = access(event) else { continue };
        let newest = &mut memory[access.object];
        if let (Some(read), Some(newest)) = (access.read, *newest)
            && read != newest
        {
            old.insert(at, newest);
        }
        *newest = access.write.or(*newest);
    }
    old
}

/// Whether there is an order.
pub(crate) enum Found {
    /// The events in an order in which every read returns the newest value, with few switches between
    /// threads.
    Order(Vec<usize>),
    /// There is none.
    None,
    /// Unknown: there are too many events, or too many orders.
    GivenUp,
}

/// Looks for an order in which every read returns the newest value.
pub(crate) fn order(events: &[Event], objects: &[Object]) -> Found {
    Search::new(events, objects, false).map_or(Found::GivenUp, Search::run)
}

/// Whether the `SeqCst` operations alone can be put in order, as the language says they can. If not, the
/// execution cannot happen, and loom is wrong.
pub(crate) fn possible(events: &[Event], objects: &[Object]) -> bool {
    matches!(Search::new(events, objects, true).map(Search::run), Some(Found::Order(_)))
}

struct Search<'a> {
    events: &'a [Event],
    accesses: Vec<Option<Access>>,
    /// Each thread's events.
    threads: Vec<Vec<usize>>,
    /// What has to come before each event, besides its thread's earlier ones.
    before: Vec<Vec<usize>>,
    /// Whether an event's read has to return the newest value.
    binding: Vec<bool>,
    placed: Vec<bool>,
    next: Vec<usize>,
    memory: Vec<Option<Value>>,
    order: Vec<usize>,
    /// Positions and memories from which no order exists.
    dead: HashSet<(Vec<usize>, Vec<Option<Value>>)>,
    nodes: usize,
}

impl<'a> Search<'a> {
    fn new(events: &'a [Event], objects: &[Object], only_seq_cst: bool) -> Option<Self> {
        if events.len() > EVENTS {
            return None;
        }
        let count = events.iter().map(|event| event.thread + 1).max()?;
        let mut threads = vec![Vec::new(); count];
        for (at, event) in events.iter().enumerate() {
            threads[event.thread].push(at);
        }
        let accesses: Vec<Option<Access>> = events.iter().map(access).collect();
        let mut before = constraints(events);
        let binding = if only_seq_cst {
            let weak: HashSet<usize> = accesses
                .iter()
                .flatten()
                .filter(|access| access.write.is_some() && access.order != Ordering::SeqCst)
                .map(|access| access.object)
                .collect();
            synchronise(&accesses, &mut before);
            let strong = |access: &Access| access.order == Ordering::SeqCst && !weak.contains(&access.object);
            accesses.iter().map(|access| access.as_ref().is_some_and(strong)).collect()
        } else {
            vec![true; events.len()]
        };
        Some(Search {
            events,
            accesses,
            next: vec![0; count],
            threads,
            before,
            binding,
            placed: vec![false; events.len()],
            memory: objects.iter().map(|object| object.initial).collect(),
            order: Vec::new(),
            dead: HashSet::new(),
            nodes: 0,
        })
    }

    fn run(mut self) -> Found {
        if self.go(0) {
            Found::Order(self.order)
        } else if self.nodes > NODES {
            Found::GivenUp
        } else {
            Found::None
        }
    }

    fn go(&mut self, last: usize) -> bool {
        if self.order.len() == self.events.len() {
            return true;
        }
        self.nodes += 1;
        let state = (self.next.clone(), self.memory.clone());
        if self.nodes > NODES || self.dead.contains(&state) {
            return false;
        }
        for thread in self.candidates(last) {
            let Some(&at) = self.threads[thread].get(self.next[thread]) else { continue };
            if !self.allowed(at) {
                continue;
            }
            let undo = self.accesses[at].as_ref().map(|access| (access.object, self.memory[access.object]));
            if let Some(access) = &self.accesses[at]
                && access.write.is_some()
            {
                self.memory[access.object] = access.write;
            }
            self.placed[at] = true;
            self.next[thread] += 1;
            self.order.push(at);
            if self.go(thread) {
                return true;
            }
            self.order.pop();
            self.next[thread] -= 1;
            self.placed[at] = false;
            if let Some((object, value)) = undo {
                self.memory[object] = value;
            }
        }
        self.dead.insert(state);
        false
    }

    /// The thread that went last, then the others in their order in the found execution.
    fn candidates(&self, last: usize) -> Vec<usize> {
        let mut threads: Vec<usize> = (0..self.threads.len()).collect();
        threads.sort_by_key(|&thread| {
            let first = self.threads[thread].get(self.next[thread]);
            (thread != last, first.copied().unwrap_or(usize::MAX))
        });
        threads
    }

    fn allowed(&self, at: usize) -> bool {
        let fits = self.accesses[at].as_ref().is_none_or(|access| {
            let (read, newest) = (access.read, self.memory[access.object]);
            !self.binding[at] || read.is_none() || newest.is_none() || read == newest
        });
        fits && self.before[at].iter().all(|&earlier| self.placed[earlier])
    }
}

/// The constraints on any order besides the order of each thread: locks, wake-ups, beginnings and ends of
/// threads. A panic comes last: it is what the picture is about.
fn constraints(events: &[Event]) -> Vec<Vec<usize>> {
    #[derive(PartialEq, Eq, Hash)]
    enum Meeting {
        Object(usize),
        Parking(usize),
        End(usize),
    }
    let mut before = vec![Vec::new(); events.len()];
    let mut last: HashMap<Meeting, usize> = HashMap::new();
    let mut spawned: HashMap<usize, usize> = HashMap::new();
    let mut begun: HashSet<usize> = HashSet::new();
    for (at, event) in events.iter().enumerate() {
        if begun.insert(event.thread)
            && let Some(&spawn) = spawned.get(&event.thread)
        {
            before[at].push(spawn);
        }
        let mut meetings = Vec::new();
        match event.act {
            Act::Spawn(child) => {
                spawned.insert(child, at);
            }
            Act::End => meetings.push(Meeting::End(event.thread)),
            Act::Join(target) | Act::IsFinished(target, _) => meetings.push(Meeting::End(target)),
            // It does not depend on other wakers of the thread.
            Act::Unparked(Wake::Spurious) | Act::FutexWoken(Wake::Spurious) => {}
            Act::Park | Act::Unparked(_) => meetings.push(Meeting::Parking(event.thread)),
            Act::Unpark { target, .. } => meetings.push(Meeting::Parking(target)),
            Act::FutexWait { .. } => meetings.extend(event.object.map(Meeting::Object)),
            Act::Wait { mutex, .. } | Act::Woken { mutex, .. } => {
                meetings.extend(event.object.map(Meeting::Object));
                meetings.push(Meeting::Object(mutex));
            }
            Act::Panic(_) => before[at].extend(
                (0..events.len()).filter(|&other| other < at && events[other].thread != event.thread),
            ),
            _ if access(event).is_none() => meetings.extend(event.object.map(Meeting::Object)),
            _ => {}
        }
        for meeting in meetings {
            before[at].extend(last.insert(meeting, at));
        }
    }
    before
}

/// A read that acquires what one certain write has released comes after it.
fn synchronise(accesses: &[Option<Access>], before: &mut [Vec<usize>]) {
    use Ordering::{AcqRel, Acquire, Release, SeqCst};
    for (at, read) in accesses.iter().enumerate() {
        let Some(read) = read else { continue };
        if read.read.is_none() || !matches!(read.order, Acquire | AcqRel | SeqCst) {
            continue;
        }
        let writers = accesses.iter().enumerate().filter(|(writer, access)| {
            let same = |access: &Access| access.object == read.object && access.write == read.read;
            *writer != at && access.as_ref().is_some_and(same)
        });
        let writers: Vec<usize> = writers.map(|(writer, _)| writer).collect();
        if let [writer] = writers[..]
            && writer < at
            && accesses[writer].as_ref().is_some_and(|it| matches!(it.order, Release | AcqRel | SeqCst))
        {
            before[at].push(writer);
        }
    }
}
