//! The events of the simulation, in the order of their times.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::simulator::TaskId;

/// The virtual time. Every instruction reads it, so there is no lock. All simulated threads run on one thread of the
/// operating system, so all accesses are relaxed.
pub(super) struct Clock {
    /// In nanoseconds.
    now: AtomicU64,
    /// The time of the next event. Until then only the running thread acts.
    horizon: AtomicU64,
}

impl Clock {
    #[inline]
    pub(super) fn now(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    /// Lets time pass for the running thread. Returns false, and lets none pass, if there is an event meanwhile.
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

/// An event belongs to a turn or to a wait, by its number. When the turn or wait is over, the event is ignored.
#[derive(Clone, Copy)]
pub(super) enum SimEvent {
    /// A thread has finished its work and continues in its code.
    Resume { task: TaskId, turn: u64 },
    /// A wait has reached its time-out.
    TimeOut { task: TaskId, wait: u64 },
    /// The slice of the thread on this core ends.
    SliceEnd { core: usize, turn: u64 },
    /// A woken thread is ready for this core, and may preempt the running thread.
    Preempt { core: usize, turn: u64 },
}

pub(super) struct EventQueue {
    pub(super) clock: Arc<Clock>,
    /// Sorted by time, the first event last. There are few events at a time, so a sorted vector is faster than a heap.
    later: Vec<Planned>,
    /// Events at the present time, in order. On a computer without costs these are most events.
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
            // Behind the events at the same time: they were planned earlier.
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

    /// Sets the time, and the horizon to the next event.
    pub(super) fn begin(&self, now: u64) {
        let later = self.later.last().map_or(u64::MAX, |event| event.at);
        let next = self.soon.front().map_or(later, |event| event.at.min(later));
        self.clock.now.store(now, Ordering::Relaxed);
        self.clock.horizon.store(next, Ordering::Relaxed);
    }
}
