//! An execution that fails: its class, its steps, its waiting threads.

use std::fmt;

use crate::picture::{self, Style};

/// The classes of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An `assert…!` in the file that runs the model does not hold, and an ordinary interleaving explains it.
    WrongValue,
    /// Two accesses to a [`crate::cell::UnsafeCell`], one of them a write, without an order between them.
    DataRace,
    /// No interleaving explains the failure: a thread saw an old value, because the orderings allow it.
    StaleRead,
    /// Threads wait for each other in a cycle, or every thread waits.
    Deadlock,
    /// A thread waits for something that only threads which have ended could have done.
    PartialDeadlock,
    /// A thread waits for a wake-up that came when no thread waited.
    LostWakeup,
    /// Threads run without end and get nowhere.
    Livelock,
    /// Any other panic that comes out of a thread.
    Panic,
    /// No step for a while: an endless loop without one, or a lock of std.
    Hang,
    /// The checker does not know: it is known to be wrong about such code, or cannot follow the model.
    CannotJudge,
}

impl Kind {
    /// The class as one word, for example `lost-wakeup`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::WrongValue => "wrong-value",
            Kind::DataRace => "data-race",
            Kind::StaleRead => "stale-read",
            Kind::Deadlock => "deadlock",
            Kind::PartialDeadlock => "partial-deadlock",
            Kind::LostWakeup => "lost-wakeup",
            Kind::Livelock => "livelock",
            Kind::Panic => "panic",
            Kind::Hang => "hang",
            Kind::CannotJudge => "cannot-judge",
        }
    }

    /// The class in words.
    pub fn words(self) -> &'static str {
        match self {
            Kind::WrongValue => "the result is wrong",
            Kind::DataRace => "two threads use the same data at the same time, and one writes",
            Kind::StaleRead => "a thread sees an old value",
            Kind::Deadlock => "threads wait for each other, for ever",
            Kind::PartialDeadlock => "a thread waits for ever, and the others are gone",
            Kind::LostWakeup => "a thread sleeps, and its wake-up is already over",
            Kind::Livelock => "threads run without end and get nowhere",
            Kind::Panic => "a thread panics",
            Kind::Hang => "nothing happens any more",
            Kind::CannotJudge => "the checker cannot say whether this is wrong",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A line of the checked code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// As the compiler knows the file.
    pub file: String,
    /// From one.
    pub number: u32,
    /// How many spaces come before the text.
    pub indent: usize,
    /// The text without the spaces around it; empty if the file cannot be read.
    pub text: String,
}

/// One step of the execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// An index into [`Failure::threads`].
    pub thread: usize,
    /// The name that the code gives the object, for example `held`.
    pub object: Option<String>,
    /// What happened, for example `n.load → 0`.
    pub text: String,
    /// What an atomic held before the step, as far as it has changed or was seen.
    pub old: Option<String>,
    /// What it held afterwards.
    pub new: Option<String>,
    /// A read that returned an old value: the newest one.
    pub newest: Option<String>,
    /// The line of the step; `None` at the end of a thread.
    pub line: Option<Line>,
    /// A guard is dropped and releases its lock; the line is where the guard was made.
    pub releases: bool,
    /// The panic that the execution fails with.
    pub fails: bool,
}

/// A thread that cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// An index into [`Failure::threads`].
    pub thread: usize,
    /// The operation that does not return, for example `held.lock`.
    pub text: String,
    /// The object's name.
    pub object: Option<String>,
    /// Where it waits.
    pub line: Line,
    /// The thread that holds the object, and the line since which it does.
    pub held_by: Option<(usize, Line)>,
    /// The step that notified the object while no thread waited for it; an index into [`Failure::steps`].
    pub missed: Option<usize>,
}

/// An execution that fails.
///
/// Its `Display` is the picture, 80 columns wide.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The class.
    pub kind: Kind,
    /// The message of the panic or of the checker.
    pub message: String,
    /// Where the panic came from.
    pub place: Option<Line>,
    /// The bound on preemptions with which it was found; `None`: without a bound.
    pub bound: Option<usize>,
    /// Where the random search began that found it.
    pub seed: Option<u64>,
    /// Which execution with that bound or seed it was, from one; 0 if there was no search.
    pub execution: usize,
    /// The threads' names, as pictures show them: `main`, `T1`, `T2 taker`.
    pub threads: Vec<String>,
    /// What happened, in an order that ordinary interleaving could produce, if there is one.
    pub steps: Vec<Step>,
    /// The threads that cannot go on, and why.
    pub waits: Vec<Wait>,
    /// The failure in a sentence or two.
    pub explanation: String,
}

impl Failure {
    /// The picture.
    pub fn picture(&self, style: Style) -> String {
        picture::draw(self, style)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.picture(Style::default()))
    }
}

impl std::error::Error for Failure {}
