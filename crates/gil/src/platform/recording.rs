//! A platform that keeps what happens around the GIL.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Platform;
use crate::{Event, What};

/// Another platform, and a record of the events on it. Clones share the record.
#[derive(Clone)]
pub struct Recording<P> {
    platform: P,
    record: Arc<Mutex<Record>>,
}

/// What happened, in order. Shown, it is a line an event: when, who, what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// What the threads are called, by their numbers.
    pub names: BTreeMap<usize, String>,
    /// When something happened, and what.
    pub events: Vec<(Duration, Event)>,
}

impl<P: Platform> Recording<P> {
    /// Of what will happen on `platform`.
    pub fn new(platform: P) -> Self {
        Recording { platform, record: Arc::default() }
    }

    /// The platform that is recorded.
    pub fn platform(&self) -> &P {
        &self.platform
    }

    /// What has happened since the beginning or the last call of this.
    pub fn take(&self) -> Record {
        std::mem::take(&mut self.record())
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Record {
    /// What a thread is called.
    pub fn name(&self, thread: usize) -> &str {
        self.names.get(&thread).map_or("", String::as_str)
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, Event { thread, what }) in &self.events {
            let (at, name) = (format!("{at:?}"), self.name(*thread));
            write!(f, "{at:>10}  {name} ")?;
            match what {
                What::Waits => writeln!(f, "waits"),
                What::WakesInVain => writeln!(f, "wakes in vain"),
                What::Takes => writeln!(f, "takes"),
                What::Releases => writeln!(f, "releases"),
                What::Requests { of } => writeln!(f, "requests {}", self.name(*of)),
                What::SwitchBegins => writeln!(f, "forces a switch"),
                What::SwitchEnds => writeln!(f, "sees the switch"),
                What::Leaves => writeln!(f, "leaves"),
                What::Returns => writeln!(f, "returns"),
            }?;
        }
        Ok(())
    }
}

// SAFETY: the mutex is the other platform's.
unsafe impl<P: Platform> Platform for Recording<P> {
    type Flag = P::Flag;
    type Mutex<T: Send + 'static> = P::Mutex<T>;
    type Guard<'a, T: Send + 'static> = P::Guard<'a, T>;
    type Condition = P::Condition;
    type Thread = P::Thread;

    #[track_caller]
    fn flag(&self) -> P::Flag {
        self.platform.flag()
    }

    #[track_caller]
    fn mutex<T: Send + 'static>(&self, value: T) -> P::Mutex<T> {
        self.platform.mutex(value)
    }

    #[track_caller]
    fn condition(&self) -> P::Condition {
        self.platform.condition()
    }

    #[track_caller]
    fn lock<'a, T: Send + 'static>(&self, mutex: &'a P::Mutex<T>) -> P::Guard<'a, T> {
        self.platform.lock(mutex)
    }

    #[track_caller]
    fn wait<T: Send + 'static>(&self, condition: &P::Condition, guard: &mut P::Guard<'_, T>) {
        self.platform.wait(condition, guard);
    }

    #[track_caller]
    fn wait_timeout<T: Send + 'static>(
        &self,
        condition: &P::Condition,
        guard: &mut P::Guard<'_, T>,
        timeout: Duration,
    ) -> bool {
        self.platform.wait_timeout(condition, guard, timeout)
    }

    #[track_caller]
    fn notify_one<T: Send + 'static>(&self, condition: &P::Condition, guard: &P::Guard<'_, T>) {
        self.platform.notify_one(condition, guard);
    }

    #[track_caller]
    fn spawn(&self, name: &str, body: impl FnOnce() + Send + 'static) -> P::Thread {
        self.platform.spawn(name, body)
    }

    #[track_caller]
    fn try_spawn(&self, name: &str, body: impl FnOnce() + Send + 'static) -> Option<P::Thread> {
        self.platform.try_spawn(name, body)
    }

    #[track_caller]
    fn join(&self, thread: P::Thread) {
        self.platform.join(thread);
    }

    fn name(&self) -> String {
        self.platform.name()
    }

    fn now(&self) -> Duration {
        self.platform.now()
    }

    #[track_caller]
    fn sleep(&self, time: Duration) {
        self.platform.sleep(time);
    }

    #[inline]
    fn executed(&self, instructions: u32) {
        self.platform.executed(instructions);
    }

    fn record(&self, event: Event) {
        let mut record = Recording::record(self);
        // With the lock, so that they are in order.
        let now = self.platform.now();
        record.names.entry(event.thread).or_insert_with(|| self.platform.name());
        record.events.push((now, event));
        drop(record);
        self.platform.record(event);
    }
}
