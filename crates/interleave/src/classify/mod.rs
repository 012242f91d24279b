//! From a verdict and a log to a failure: its class, what to show, and a sentence that explains it.

mod explain;
mod steps;
mod waits;

#[cfg(feature = "shuttle")]
use crate::failure::Step;
use crate::failure::{Failure, Kind, Wait};
use crate::record::{Act, Event, Intent, Log, Place, Value};
use crate::run::Verdict;
use crate::sc_witness::{self, Found};
use crate::source::Sources;

/// A line that makes up this part of a long execution is a loop that gets nowhere.
const LOOP: usize = 4;

/// The failure of a verdict, for a model that was run at `caller`.
pub(crate) fn failure(verdict: &Verdict, log: &Log, caller: Place) -> Failure {
    Case::new(verdict, log, caller).failure(verdict)
}

/// For an execution that goes on: the threads' names, the steps so far, and what each thread is about to do.
#[cfg(feature = "shuttle")]
pub(crate) fn so_far(log: &Log, caller: Place) -> (Vec<String>, Vec<Step>, Vec<Wait>) {
    let mut case = Case::new(&Verdict::Hang, log, caller);
    // In the order in which they happened: the scheduling caller has seen them so.
    case.shown = log.events.iter().map(|event| (event, None)).collect();
    let (steps, waits) = (case.steps(false), case.pending(|_| true));
    (case.threads, steps, waits)
}

/// A verdict with its log, read.
struct Case<'a> {
    log: &'a Log,
    caller: Place,
    sources: Sources,
    /// What the code calls the objects.
    objects: Vec<String>,
    threads: Vec<String>,
    /// The events to show, in order, and for old reads the newest value.
    shown: Vec<(&'a Event, Option<Value>)>,
    /// No interleaving explains the execution.
    weak: bool,
    /// The `SeqCst` operations cannot be put in order.
    impossible: bool,
    /// The execution is too long to say whether an interleaving explains it.
    unexplained: bool,
    /// Where an `assert…!` has panicked.
    assertion: Option<Place>,
}

impl<'a> Case<'a> {
    fn new(verdict: &Verdict, log: &'a Log, caller: Place) -> Self {
        let mut sources = Sources::default();
        let objects = sources.names(&log.objects);
        let threads = log.threads.iter().enumerate();
        let threads = threads.map(|(number, thread)| match (&thread.name, number) {
            (Some(name), 0) => name.clone(),
            (Some(name), _) => format!("T{number} {name}"),
            (None, _) => format!("T{number}"),
        });
        let threads = threads.collect();
        // What the destructors of the thread that fails do is not what went wrong.
        let failed = match verdict {
            Verdict::Panic { .. } => log.events.iter().rposition(is_panic),
            _ => None,
        };
        let matters = |(at, event): &(usize, &Event)| {
            failed.is_none_or(|failed| *at <= failed || event.thread != log.events[failed].thread)
        };
        let kept: Vec<&Event> =
            log.events.iter().enumerate().filter(matters).map(|(_, event)| event).collect();
        let events: Vec<Event> = kept.iter().copied().cloned().collect();
        let old = sc_witness::old_reads(&events, &log.objects);
        let (order, weak, certain) = match sc_witness::order(&events, &log.objects) {
            Found::Order(order) => (order, false, true),
            Found::None => ((0..events.len()).collect(), true, true),
            Found::GivenUp => ((0..events.len()).collect(), !old.is_empty(), false),
        };
        let impossible = weak && certain && !sc_witness::possible(&events, &log.objects);
        let newest = |at: usize| weak.then(|| old.get(&at).copied()).flatten();
        let shown = order.into_iter().map(|at| (kept[at], newest(at))).collect();
        let assertion = match verdict {
            Verdict::Panic { message, place } => {
                let is = message.starts_with("assertion ") || sources.at(*place).starts_with("assert");
                is.then_some(*place)
            }
            _ => None,
        };
        let unexplained = weak && !certain;
        Case { log, caller, sources, objects, threads, shown, weak, impossible, unexplained, assertion }
    }

    fn failure(mut self, verdict: &Verdict) -> Failure {
        let waits = self.waits(verdict);
        let mut kind = self.kind(verdict, &waits);
        if (self.impossible || self.unexplained) && !matches!(kind, Kind::Hang | Kind::Livelock) {
            kind = Kind::CannotJudge;
        } else if self.weak
            && matches!(kind, Kind::WrongValue | Kind::Panic | Kind::Deadlock | Kind::LostWakeup)
        {
            kind = Kind::StaleRead;
        }
        let (message, place) = match verdict {
            Verdict::Panic { message, place } => (message.clone(), Some(self.sources.line(*place))),
            Verdict::Unjudged(message) => (message.clone(), None),
            Verdict::Engine(message) if kind == Kind::CannotJudge && !is_too_long(message) => {
                (message.trim().into(), None)
            }
            Verdict::Engine(_) | Verdict::Hang => (String::new(), None),
        };
        let orders = matches!(kind, Kind::StaleRead | Kind::DataRace | Kind::CannotJudge);
        let steps = self.steps(orders);
        let explanation = self.explain(kind, verdict, &waits);
        Failure {
            kind,
            message,
            place,
            bound: self.log.bound,
            seed: self.log.seed,
            execution: self.log.execution,
            threads: self.threads,
            steps,
            waits,
            explanation,
        }
    }

    fn kind(&self, verdict: &Verdict, waits: &[Wait]) -> Kind {
        match verdict {
            Verdict::Panic { .. } => {
                let here = self.assertion.is_some_and(|place| place.file == self.caller.file);
                if here { Kind::WrongValue } else { Kind::Panic }
            }
            Verdict::Hang => Kind::Hang,
            Verdict::Unjudged(_) => Kind::CannotJudge,
            Verdict::Engine(message) if message.starts_with("deadlock") => self.deadlock(waits),
            Verdict::Engine(message) if is_race(message) => Kind::DataRace,
            Verdict::Engine(message) if is_too_long(message) => {
                if self.looping().is_some() {
                    Kind::Livelock
                } else {
                    Kind::CannotJudge
                }
            }
            Verdict::Engine(_) => Kind::CannotJudge,
        }
    }

    fn deadlock(&self, waits: &[Wait]) -> Kind {
        if waits.iter().any(|wait| wait.missed.is_some()) {
            Kind::LostWakeup
        } else if self.cycle().is_none() && self.log.threads.iter().any(|thread| thread.ended) {
            Kind::PartialDeadlock
        } else {
            Kind::Deadlock
        }
    }

    /// Threads of which each waits for the next, and the last for the first.
    fn cycle(&self) -> Option<Vec<usize>> {
        (0..self.log.threads.len()).find_map(|start| {
            let mut path = vec![start];
            loop {
                let next = self.waits_for(*path.last()?)?;
                if next == start {
                    return Some(path);
                }
                if path.contains(&next) {
                    return None;
                }
                path.push(next);
            }
        })
    }

    /// The thread that `thread` waits for, if it is known.
    fn waits_for(&self, thread: usize) -> Option<usize> {
        let pending = self.log.threads[thread].pending.as_ref()?;
        match pending.intent {
            Intent::Join(target) => Some(target),
            Intent::Lock | Intent::Relock | Intent::OnceInit => {
                self.log.objects[pending.object?].holder.map(|(holder, _)| holder)
            }
            _ => None,
        }
    }

    /// The thread that has run one line over and over, and the line.
    fn looping(&self) -> Option<(usize, Place)> {
        let events = &self.log.events;
        // A loop is at the end of the execution.
        let tail = &events[events.len() / 2..];
        let often = |event: &&Event| {
            let what = |event: &Event| (event.thread, event.object, event.place);
            let same = |other: &&Event| what(other) == what(event) && other.act == event.act;
            tail.iter().filter(same).count() * LOOP > tail.len()
        };
        tail.iter().rev().find(often).map(|event| (event.thread, event.place))
    }
}

/// The engines' words for an execution with more steps than are allowed.
fn is_too_long(message: &str) -> bool {
    message.contains("maximum number of branches") || message.contains("exceeded max_steps")
}

/// loom's messages for a data race: accesses without an order, and an access during another.
fn is_race(message: &str) -> bool {
    ["Causality violation", "writing to cell", "reading from cell"]
        .iter()
        .any(|words| message.contains(words))
}

fn is_panic(event: &Event) -> bool {
    matches!(event.act, Act::Panic(_))
}

/// A thread's name without its number, where it has one.
fn short(thread: &str) -> &str {
    thread.split_once(' ').map_or(thread, |(_, name)| name)
}
