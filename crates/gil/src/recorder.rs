//! An observer that records what the threads do with a GIL.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{GilEvent, Observer, Platform};

/// Records what the threads do with a GIL. Clones share the record: pass one to the GIL's constructor `observed`, and
/// [`take`](Self::take) the record from another.
#[derive(Clone)]
pub struct Recorder<P> {
    platform: P,
    record: Arc<Mutex<Record>>,
}

/// What the threads did, in order. `Display` writes a line for each event: the time, the thread, what it did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The names of the threads, by their numbers.
    pub names: BTreeMap<usize, String>,
    /// The events.
    pub events: Vec<TimedEvent>,
}

/// An event, its time and its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedEvent {
    /// When: the platform's time.
    pub at: Duration,
    /// Which thread: [`Gil::number`](crate::Gil::number).
    pub thread: usize,
    /// What it did.
    pub what: GilEvent,
}

impl<P: Platform> Recorder<P> {
    /// An empty record. `platform` gives the times and the names of the threads.
    pub fn new(platform: P) -> Self {
        Recorder { platform, record: Arc::default() }
    }

    /// Returns the events since the last call of `take`, and forgets them.
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
        for TimedEvent { at, thread, what } in &self.events {
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
        // The clock is read with the lock held, so that the times are in order.
        let at = self.platform.now();
        record.names.entry(thread).or_insert_with(|| self.platform.name());
        record.events.push(TimedEvent { at, thread, what: event });
    }
}
