//! An observer that keeps what happens around a GIL.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{GilEvent, Observer, Platform};

/// Records what happens around a GIL: give a clone of it to the policy's `observed`. Clones share the record.
#[derive(Clone)]
pub struct Recorder<P> {
    platform: P,
    record: Arc<Mutex<Record>>,
}

/// What happened, in order. Displayed, a line for each event: when, which thread, what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The names of the threads, by their numbers.
    pub names: BTreeMap<usize, String>,
    /// What happened.
    pub events: Vec<Event>,
}

/// One thing that a thread did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When: the platform's time.
    pub at: Duration,
    /// Which thread: [`Gil::number`](crate::Gil::number).
    pub thread: usize,
    /// What it did.
    pub what: GilEvent,
}

impl<P: Platform> Recorder<P> {
    /// Nothing is recorded yet. Times and the names of threads are those of `platform`.
    pub fn new(platform: P) -> Self {
        Recorder { platform, record: Arc::default() }
    }

    /// What has happened since the beginning or since the last call of `take`.
    pub fn take(&self) -> Record {
        std::mem::take(&mut self.record())
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Record {
    /// The name of a thread.
    pub fn name(&self, thread: usize) -> &str {
        self.names.get(&thread).map_or("", String::as_str)
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Event { at, thread, what } in &self.events {
            let (at, name) = (format!("{at:?}"), self.name(*thread));
            write!(f, "{at:>10}  {name} ")?;
            match what {
                GilEvent::Waits => writeln!(f, "waits"),
                GilEvent::WakesInVain => writeln!(f, "wakes in vain"),
                GilEvent::Takes => writeln!(f, "takes"),
                GilEvent::Releases => writeln!(f, "releases"),
                GilEvent::Requests { of } => writeln!(f, "requests {}", self.name(*of)),
                GilEvent::SwitchBegins => writeln!(f, "forces a switch"),
                GilEvent::SwitchEnds => writeln!(f, "sees the switch"),
                GilEvent::Leaves => writeln!(f, "leaves"),
                GilEvent::Returns => writeln!(f, "returns"),
            }?;
        }
        Ok(())
    }
}

impl<P: Platform> Observer for Recorder<P> {
    fn observe(&self, thread: usize, event: GilEvent) {
        let mut record = self.record();
        // With the lock held, so that events are in order.
        let at = self.platform.now();
        record.names.entry(thread).or_insert_with(|| self.platform.name());
        record.events.push(Event { at, thread, what: event });
    }
}
