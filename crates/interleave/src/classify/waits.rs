//! Waiting threads: for which object, its holder, and when it was notified.

use super::{Case, is_race, short};
use crate::failure::Wait;
use crate::record::{Act, Event, Intent, Pending};
use crate::run::Verdict;

impl Case<'_> {
    /// In a deadlock, all threads that have not ended; in a data race, the thread of the second access.
    pub(super) fn waits(&mut self, verdict: &Verdict) -> Vec<Wait> {
        let Verdict::Engine(message) = verdict else { return Vec::new() };
        let standstill = message.starts_with("deadlock");
        let wanted =
            |intent: Intent| standstill || is_race(message) && matches!(intent, Intent::Read | Intent::Write);
        self.pending(wanted)
    }

    /// The pending operations of the threads that have not ended, filtered by `wanted`.
    pub(super) fn pending(&mut self, wanted: impl Fn(Intent) -> bool) -> Vec<Wait> {
        let log = self.log;
        let pending = log.threads.iter().enumerate().filter(|(_, thread)| !thread.ended);
        let pending: Vec<(usize, &Pending)> = pending
            .filter_map(|(number, thread)| Some((number, thread.pending.as_ref()?)))
            .filter(|(_, pending)| wanted(pending.intent))
            .collect();
        pending.into_iter().map(|(thread, pending)| self.wait(thread, pending)).collect()
    }

    fn wait(&mut self, thread: usize, pending: &Pending) -> Wait {
        let object = pending.object.map(|object| self.objects[object].clone());
        let name = object.clone().unwrap_or_default();
        let text = match pending.intent {
            Intent::Lock => format!("{name}.lock"),
            Intent::Relock => format!("{name}.lock, after its wait"),
            Intent::Wait => format!("{name}.wait"),
            Intent::Join(target) => format!("join {}", short(&self.threads[target])),
            Intent::Park => "park".into(),
            Intent::FutexWait => format!("futex::wait {name}"),
            Intent::OnceInit => format!("{name}: initialises"),
            Intent::Read => format!("{name}: read"),
            Intent::Write => format!("{name}: write"),
            Intent::Other(method) if name.is_empty() => method.into(),
            Intent::Other(method) => format!("{name}.{method}"),
        };
        let holder = match pending.intent {
            Intent::Lock | Intent::Relock | Intent::OnceInit => {
                pending.object.and_then(|object| self.log.objects[object].holder)
            }
            _ => None,
        };
        Wait {
            thread,
            text,
            object,
            line: self.sources.line(pending.place),
            held_by: holder.map(|(holder, since)| (holder, self.sources.line(since))),
            missed: self.missed(thread, pending),
        }
    }

    /// The last step at which another thread notified the object that `thread` waits for, and no thread waited.
    fn missed(&self, thread: usize, pending: &Pending) -> Option<usize> {
        let in_vain = |event: &Event| match (&event.act, pending.intent) {
            (Act::NotifyOne { woken: 0 } | Act::NotifyAll { woken: 0 }, Intent::Wait)
            | (Act::FutexWake { woken: 0 }, Intent::FutexWait) => {
                event.object.is_some() && event.object == pending.object
            }
            (Act::Unpark { target, fresh: false }, Intent::Park) => *target == thread,
            _ => false,
        };
        self.shown.iter().rposition(|(event, _)| event.thread != thread && in_vain(event))
    }
}
