//! One execution, step by step: who calls is the scheduler.

use crate::classify;
use crate::failure::{Step, Wait};
use crate::record::{Log, Place};

/// An execution that stands still until somebody says which thread goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// What has happened so far.
    pub steps: Vec<Step>,
    /// The threads in the order of their beginning, the main thread first.
    pub threads: Vec<Actor>,
}

/// A thread of a [`Scene`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// As pictures show it: `main`, `T1`, `T2 taker`.
    pub name: String,
    /// It can be chosen.
    pub can_go_on: bool,
    /// Its closure has returned.
    pub ended: bool,
    /// What it does next, or what it waits for and who holds that; `None` if it has not come to an operation
    /// yet.
    pub next: Option<Wait>,
}

/// What the choice is between.
pub(crate) fn scene(log: &Log, runnable: &[usize], caller: Place) -> Scene {
    let (names, steps, waits) = classify::so_far(log, caller);
    let actor = |(number, name): (usize, String)| Actor {
        name,
        can_go_on: runnable.contains(&number),
        ended: log.threads[number].ended,
        next: waits.iter().find(|wait| wait.thread == number).cloned(),
    };
    Scene { steps, threads: names.into_iter().enumerate().map(actor).collect() }
}
