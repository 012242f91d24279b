//! The steps of an execution in words.

use std::sync::atomic::Ordering;

use super::{Case, is_panic, short};
use crate::failure::Step;
use crate::record::{Act, Event, Value, Wake};

impl Case<'_> {
    pub(super) fn steps(&mut self, orders: bool) -> Vec<Step> {
        let mut memory: Vec<Option<Value>> = self.log.objects.iter().map(|object| object.initial).collect();
        let shown = self.shown.clone();
        let step = |(event, newest): (&Event, Option<Value>)| {
            let held = event.object.map(|object| &mut memory[object]);
            let before = held.as_ref().and_then(|held| **held);
            let (old, new) = match event.act {
                Act::Load { value, .. } | Act::Refused { value, .. } => (Some(value), None),
                Act::Store { value, .. } => (before, Some(value)),
                Act::Rmw { old, new, .. } => (Some(old), Some(new)),
                _ => (None, None),
            };
            if let (Some(held), Some(new)) = (held, new) {
                *held = Some(new);
            }
            let text = |value: Value| value.to_string();
            Step {
                thread: event.thread,
                object: event.object.map(|object| self.objects[object].clone()),
                text: self.text(event, before, orders),
                old: old.map(text),
                new: new.map(text),
                newest: newest.map(text),
                line: (event.act != Act::End).then(|| self.sources.line(event.place)),
                releases: event.act == Act::Unlock,
                fails: is_panic(event) && !self.caught(event),
            }
        };
        shown.into_iter().map(step).collect()
    }

    /// A thread that does anything after a panic has caught it.
    fn caught(&self, panic: &Event) -> bool {
        let mine = self.shown.iter().rfind(|(event, _)| event.thread == panic.thread);
        mine.is_some_and(|(last, _)| !std::ptr::eq(*last, panic))
    }

    fn text(&self, event: &Event, before: Option<Value>, orders: bool) -> String {
        let name = event.object.map_or("", |object| &self.objects[object]);
        let with = |order: Ordering| if orders { format!("({order:?})") } else { String::new() };
        let thread = |thread: usize| short(&self.threads[thread]);
        let woken = |count: usize| match count {
            0 => "nobody".to_owned(),
            count => format!("wakes {count}"),
        };
        match &event.act {
            Act::Spawn(child) => format!("spawn {}", thread(*child)),
            Act::Join(target) => format!("join {}", thread(*target)),
            Act::IsFinished(target, ended) => format!("{}.is_finished → {ended}", thread(*target)),
            Act::End => "ends".into(),
            Act::Panic(_) if self.caught(event) => "panics, caught".into(),
            Act::Panic(_) if self.assertion == Some(event.place) => "assertion fails".into(),
            Act::Panic(_) => "panics".into(),
            Act::Lock => format!("{name}.lock"),
            Act::TryLock(taken) => format!("{name}.try_lock → {}", if *taken { "taken" } else { "None" }),
            Act::Unlock => format!("{name}.unlock"),
            Act::Wait { .. } => format!("{name}.wait: sleeps"),
            Act::Woken { wake, .. } => format!("{name}.wait: {}", why(*wake)),
            Act::NotifyOne { woken: count } => format!("{name}.notify_one → {}", woken(*count)),
            Act::NotifyAll { woken: count } => format!("{name}.notify_all → {}", woken(*count)),
            Act::Load { order, value } => format!("{name}.load{} → {value}", with(*order)),
            Act::Store { order, value } => {
                let order = if orders { format!(", {order:?}") } else { String::new() };
                match before {
                    Some(before) => format!("{name}.store({value}{order}), was {before}"),
                    None => format!("{name}.store({value}{order})"),
                }
            }
            Act::Rmw { name: method, argument, order, old, new } => {
                let argument = argument.map_or(String::new(), |value| value.to_string());
                let inside = match (argument.is_empty(), orders) {
                    (true, false) => String::new(),
                    (true, true) => format!("({order:?})"),
                    (false, false) => format!("({argument})"),
                    (false, true) => format!("({argument}, {order:?})"),
                };
                format!("{name}.{method}{inside} {old}→{new}")
            }
            Act::Refused { name: method, expected, value, order } => {
                format!("{name}.{method}{} fails: {value}, not {expected}", with(*order))
            }
            Act::Fence(order) => format!("fence({order:?})"),
            Act::Read => format!("{name}: read"),
            Act::Write => format!("{name}: write"),
            Act::Park => "park: sleeps".into(),
            Act::Unparked(wake) => format!("park: {}", why(*wake)),
            Act::Unpark { target, fresh: true } => format!("unpark {}", thread(*target)),
            Act::Unpark { target, fresh: false } => format!("unpark {}: no effect", thread(*target)),
            Act::Yield => "yield_now".into(),
            Act::Spin => "spin_loop".into(),
            Act::Sleep => "sleep".into(),
            Act::FutexWait { expected } => format!("{name}=={expected}: sleeps"),
            Act::FutexWoken(wake) => format!("futex {name}: {}", why(*wake)),
            Act::FutexChanged { expected, value } => format!("{name} is {value}, not {expected}: no sleep"),
            Act::FutexWake { woken: count } => format!("futex::wake {name} → {}", woken(*count)),
            Act::OnceInit => format!("{name}: initialises"),
            Act::OnceMade => format!("{name}: initialised"),
            Act::OnceReady => format!("{name}: has a value"),
            Act::OnceGet(set) => format!("{name}.get → {}", if *set { "Some" } else { "None" }),
            Act::OnceSet(free) => format!("{name}.set → {}", if *free { "Ok" } else { "Err" }),
        }
    }
}

fn why(wake: Wake) -> &'static str {
    match wake {
        Wake::Notified => "woken",
        Wake::TimedOut => "timed out",
        Wake::Spurious => "spurious wake-up",
    }
}
