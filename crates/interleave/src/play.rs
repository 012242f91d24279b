//! One execution, step by step: the caller is the scheduler.

use crate::classify;
use crate::failure::{Step, Wait};
use crate::record::{Act, Intent, Log, Pending, Place};
use crate::runtime::Runtime;

/// An execution that is paused until the caller chooses the thread that continues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// The steps so far.
    pub steps: Vec<Step>,
    /// The threads in the order of their beginning, the main thread first.
    pub threads: Vec<Actor>,
}

/// A thread of a [`Scene`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// As pictures show it: `main`, `T1`, `T2 taker`.
    pub name: String,
    /// Whether the thread can be chosen.
    pub can_go_on: bool,
    /// Whether the thread's closure has returned.
    pub ended: bool,
    /// What the thread does next, or waits for, and its holder; `None` if the thread has ended or not begun.
    pub next: Option<Wait>,
}

/// The scene in which the caller chooses between the `runnable` threads.
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

/// How an execution goes on.
pub(crate) enum Turn {
    /// This thread runs up to its next operation, or blocks: no other thread sees that, so there is no choice.
    Goes(usize),
    /// Each of these can make a step.
    Choose(Vec<usize>),
}

/// What to do with the threads that the engine calls runnable.
pub(crate) fn turn(runtime: &Runtime, runnable: &[usize]) -> Turn {
    let log = runtime.shared.log();
    let goes = runnable.iter().find(|&&thread| {
        let pending = log.threads.get(thread).and_then(|thread| thread.pending.as_ref());
        pending.is_none_or(|pending| goes(runtime, &log, thread, pending))
    });
    // shuttle would wake any sleeping thread spuriously. A thread that may not wake just falls asleep again.
    let wakes = |thread: &usize| !runtime.is_blocked(*thread) || runtime.is_fickle(*thread);
    match goes {
        Some(&thread) => Turn::Goes(thread),
        None => Turn::Choose(runnable.iter().copied().filter(wakes).collect()),
    }
}

/// Whether the thread's pending operation is not a step yet.
fn goes(runtime: &Runtime, log: &Log, thread: usize, pending: &Pending) -> bool {
    match pending.intent {
        Intent::Lock | Intent::Relock | Intent::OnceInit => {
            pending.object.is_some_and(|object| log.objects[object].holder.is_some())
        }
        Intent::Join(target) => !log.threads[target].ended,
        // Woken: next comes the mutex. With a time-out it is not yet said how the wait ends.
        Intent::Wait => {
            let last = log.events.iter().rfind(|event| event.thread == thread);
            !runtime.is_blocked(thread)
                && last.is_some_and(|last| matches!(last.act, Act::Wait { timed: false, .. }))
        }
        // A thread ends together with its last step.
        Intent::Other("ends") => true,
        _ => false,
    }
}
