//! What will happen in the simulation, and when.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::simulator::TaskId;

/// The part that every instruction reads, and so without a lock. Everything happens on one thread of the operating system:
/// all accesses are relaxed.
pub(super) struct Clock {
    /// In nanoseconds.
    now: AtomicU64,
    /// When the next thing happens. Until then, time passes for the running thread alone.
    horizon: AtomicU64,
}

impl Clock {
    #[inline]
    pub(super) fn now(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    /// Lets time pass for the running thread, if nothing else happens meanwhile.
    #[inline]
    pub(super) fn pass(&self, time: u64) -> bool {
        let then = self.now().saturating_add(time);
        let alone = then < self.horizon.load(Ordering::Relaxed);
        if alone {
            self.now.store(then, Ordering::Relaxed);
        }
        alone
    }
}

/// An event and its time.
pub(super) struct Planned {
    pub(super) at: u64,
    /// The order of planning, which decides among events at the same time.
    planned: u64,
    pub(super) event: SimEvent,
}

/// An event belongs to a turn or to a wait, by its number; when that is over, the event is ignored.
#[derive(Clone, Copy)]
pub(super) enum SimEvent {
    /// A thread continues in its code.
    Resume { task: TaskId, turn: u64 },
    /// A wait has lasted for its limit.
    TimeOut { task: TaskId, wait: u64 },
    /// The slice of the thread on this core ends.
    SliceEnd { core: usize, turn: u64 },
    /// A woken thread is ready for this core, and may stop the running one.
    Preempt { core: usize, turn: u64 },
}

pub(super) struct EventQueue {
    pub(super) clock: Arc<Clock>,
    /// Sorted, the first event last. There are few at a time, so a sorted vector is faster than a heap.
    later: Vec<Planned>,
    /// Events at the present time, in order: most events, where nothing has a cost.
    soon: VecDeque<Planned>,
    planned: u64,
}

impl EventQueue {
    pub(super) fn new() -> Self {
        EventQueue {
            clock: Arc::new(Clock { now: AtomicU64::new(0), horizon: AtomicU64::new(u64::MAX) }),
            later: Vec::new(),
            soon: VecDeque::new(),
            planned: 0,
        }
    }

    pub(super) fn plan(&mut self, at: u64, event: SimEvent) {
        self.planned += 1;
        let planned = Planned { at, planned: self.planned, event };
        if at == self.clock.now() {
            self.soon.push_back(planned);
        } else {
            // Of those at the same time it was planned last, so it comes last.
            let place = self.later.partition_point(|other| other.at > at);
            self.later.insert(place, planned);
        }
        if at < self.clock.horizon.load(Ordering::Relaxed) {
            self.clock.horizon.store(at, Ordering::Relaxed);
        }
    }

    pub(super) fn next(&mut self) -> Option<Planned> {
        let first = match (self.soon.front(), self.later.last()) {
            (Some(soon), Some(later)) => (soon.at, soon.planned) < (later.at, later.planned),
            (soon, _) => soon.is_some(),
        };
        if first { self.soon.pop_front() } else { self.later.pop() }
    }

    /// It is `now`, and a thread runs until something else happens.
    pub(super) fn begin(&self, now: u64) {
        let later = self.later.last().map_or(u64::MAX, |event| event.at);
        let next = self.soon.front().map_or(later, |event| event.at.min(later));
        self.clock.now.store(now, Ordering::Relaxed);
        self.clock.horizon.store(next, Ordering::Relaxed);
    }
}
