//! The failure in a sentence or two.

use super::{Case, is_panic, is_too_long};
use crate::failure::{Kind, Wait};
use crate::record::{Act, Event, Intent, Value, Wake};
use crate::run::Verdict;

impl Case<'_> {
    pub(super) fn explain(&mut self, kind: Kind, verdict: &Verdict, waits: &[Wait]) -> String {
        match kind {
            Kind::WrongValue => self.wrong(),
            Kind::Panic => match verdict {
                Verdict::Panic { place, .. } => {
                    let who = self.shown.iter().rev().find(|(event, _)| is_panic(event));
                    let who = who.map_or("A thread", |(event, _)| &self.threads[event.thread]);
                    format!("{who} panics at line {}, and nobody catches it.", place.line)
                }
                _ => String::new(),
            },
            Kind::DataRace => self.race(),
            Kind::StaleRead => self.old_value(),
            Kind::Deadlock => self.standstill(),
            Kind::PartialDeadlock => {
                let ended = self.log.threads.iter().enumerate().filter(|(_, thread)| thread.ended);
                let ended: Vec<&str> = ended.map(|(number, _)| &*self.threads[number]).collect();
                let has = if ended.len() == 1 { "has" } else { "have" };
                let waiting: Vec<&str> = waits.iter().map(|wait| &*self.threads[wait.thread]).collect();
                format!(
                    "{} {has} ended, and nobody is left who could let {} go on.{}",
                    list(&ended),
                    list(&waiting),
                    self.never_notified()
                )
            }
            Kind::LostWakeup => self.lost(waits),
            Kind::Livelock => match self.looping() {
                Some((thread, place)) => format!(
                    "{} runs line {} again and again, and what it waits for never comes: a loop that waits \
                     has to let others go on (a lock, a condition variable, park, or at least spin_loop or \
                     yield_now).",
                    self.threads[thread], place.line
                ),
                None => String::new(),
            },
            Kind::Hang => self.stuck(),
            Kind::CannotJudge => self.unjudged(verdict).into(),
        }
    }

    fn unjudged(&self, verdict: &Verdict) -> &'static str {
        match verdict {
            _ if self.impossible => {
                "loom treats SeqCst as AcqRel and has found an execution that real SeqCst rules out. This \
                 is no proof that your code is wrong, and none that it is right."
            }
            _ if self.unexplained => {
                "The execution is too long to find out whether an ordinary interleaving explains what was \
                 read: make the model smaller."
            }
            Verdict::Engine(message) if is_too_long(message) => {
                "The execution has more steps than the model allows: make it smaller, or set Model::steps."
            }
            Verdict::Engine(message) if message.contains("deterministic") => {
                "Two executions with the same choices went different ways: the model must not depend on \
                 time, randomness or what is made outside of it."
            }
            _ => "The model does something that the checker cannot follow.",
        }
    }

    fn wrong(&self) -> String {
        let alone = self.shown.iter().all(|(event, _)| event.thread == 0);
        let timed_out = self.shown.iter().find_map(|(event, _)| match event.act {
            Act::Woken { wake: Wake::TimedOut, .. }
            | Act::Unparked(Wake::TimedOut)
            | Act::FutexWoken(Wake::TimedOut) => Some(event),
            _ => None,
        });
        match timed_out {
            Some(event) => format!(
                "{} waits in line {} until the time is over: however long a time-out is, the others may be \
                 slower.",
                self.threads[event.thread], event.place.line
            ),
            None if alone => "No other thread is needed for this.".into(),
            None => "Nothing forbids this order of the steps, and it leads to a wrong result.".into(),
        }
    }

    /// A condition variable or futex that has waiters and was never notified.
    fn never_notified(&self) -> String {
        let name = self.log.threads.iter().filter(|thread| !thread.ended).find_map(|thread| {
            let pending = thread.pending.as_ref()?;
            let object =
                matches!(pending.intent, Intent::Wait | Intent::FutexWait).then_some(pending.object?)?;
            let notifies = |(event, _): &(&Event, Option<Value>)| {
                let act = matches!(
                    event.act,
                    Act::NotifyOne { .. } | Act::NotifyAll { .. } | Act::FutexWake { .. }
                );
                act && event.object == Some(object)
            };
            (!self.shown.iter().any(notifies)).then_some(&self.objects[object])
        });
        name.map(|name| format!(" Nobody has ever notified {name}.")).unwrap_or_default()
    }

    fn race(&self) -> String {
        let racing = self.log.threads.iter().enumerate().find_map(|(number, thread)| {
            let pending = thread.pending.as_ref()?;
            matches!(pending.intent, Intent::Read | Intent::Write).then_some((number, pending))
        });
        let Some((thread, pending)) = racing else {
            return "Two accesses have no order between them.".into();
        };
        let name = pending.object.map_or("the data", |object| &self.objects[object]);
        let verb = if pending.intent == Intent::Read { "reads" } else { "writes" };
        // The other access is the last conflicting access by another thread.
        let other = self.shown.iter().rev().find(|(event, _)| {
            let conflicts =
                event.act == Act::Write || pending.intent == Intent::Write && event.act == Act::Read;
            event.object == pending.object && event.thread != thread && conflicts
        });
        let Some((other, _)) = other else {
            return format!("{} {verb} {name} while it is in use.", self.threads[thread]);
        };
        let did = if other.act == Act::Write { "written" } else { "read" };
        format!(
            "{} has {did} {name} (line {}), {} {verb} it (line {}), and nothing orders the two.",
            self.threads[other.thread], other.place.line, self.threads[thread], pending.place.line
        )
    }

    fn old_value(&self) -> String {
        let old = self.shown.iter().find_map(|(event, newest)| Some((event, (*newest)?)));
        let Some((event, newest)) = old else { return String::new() };
        let name = event.object.map_or("", |object| &self.objects[object]);
        format!(
            "No interleaving explains this: {} saw an OLD value of {name} (line {}), where the newest was \
             {newest}. The memory orderings allow that.",
            self.threads[event.thread], event.place.line
        )
    }

    fn standstill(&self) -> String {
        let Some(cycle) = self.cycle() else {
            return format!("Every thread waits, and nobody can go on.{}", self.never_notified());
        };
        if let [only] = cycle[..] {
            return format!("{} waits for itself: it has already what it waits for.", self.threads[only]);
        }
        let name = |thread: usize| &self.threads[thread];
        let links: Vec<String> = (0..cycle.len())
            .map(|at| format!("{} waits for {}", name(cycle[at]), name(cycle[(at + 1) % cycle.len()])))
            .collect();
        let links: Vec<&str> = links.iter().map(String::as_str).collect();
        format!("{}: a cycle.", list(&links))
    }

    fn lost(&self, waits: &[Wait]) -> String {
        let lost = waits.iter().find_map(|wait| Some((wait, wait.missed?)));
        let Some((wait, step)) = lost else { return String::new() };
        let (event, _) = self.shown[step];
        let sleeper = &self.threads[wait.thread];
        match event.act {
            Act::Unpark { .. } => format!(
                "{} unparked {sleeper} (step {}) when it had a permit already: two permits are one. \
                 {sleeper} parks once more, and nobody will wake it.",
                self.threads[event.thread],
                step + 1
            ),
            _ => format!(
                "{} notified {} (step {}) when nobody waited there, and a notification is not kept. \
                 {sleeper} went to sleep without seeing what had changed, and nobody will wake it.",
                self.threads[event.thread],
                wait.object.as_deref().unwrap_or("it"),
                step + 1
            ),
        }
    }

    fn stuck(&self) -> String {
        // The thread of the last step is running: all threads of a model share an OS thread.
        let Some(last) = self.log.events.last() else {
            return "There is not even a first step.".into();
        };
        let running = match last.act {
            // After the end of a thread, the running thread is one that has not ended and has nothing pending.
            Act::End => self.log.threads.iter().position(|thread| !thread.ended && thread.pending.is_none()),
            _ => Some(last.thread),
        };
        let who = running.map_or("A thread", |thread| &self.threads[thread]);
        let since =
            running.and_then(|thread| self.log.events.iter().rev().find(|event| event.thread == thread));
        let since = since.map_or(String::new(), |event| format!(" since line {}", event.place.line));
        format!(
            "{who} has made no step{since}: a loop without any operation that the checker sees, or a \
             blocking call that is not this crate's (a lock of std inside a model waits for ever)."
        )
    }
}

/// `a`, `a and b`, `a, b and c`.
fn list(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [only] => (*only).into(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
