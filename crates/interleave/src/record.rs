//! The log of one execution: what every thread did, with which object, which values, at which line.
//!
//! The model's own OS thread writes the log, and the thread that waits for the verdict reads it. So an execution
//! that hangs can still be drawn.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

/// A line of the checked code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) file: &'static str,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Place {
    /// Where the function that calls this was called, if that is `#[track_caller]`.
    #[track_caller]
    pub(crate) fn caller() -> Self {
        let place = Location::caller();
        Place { file: place.file(), line: place.line(), column: place.column() }
    }

    /// The place of a panic, whose type does not promise to live for ever.
    pub(crate) fn of_panic(place: &Location<'_>) -> Self {
        static FILES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
        let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
        let file = files.iter().copied().find(|file| *file == place.file()).unwrap_or_else(|| {
            // Leaks one string for each source file that panics, not for each panic.
            let file: &'static str = String::leak(place.file().into());
            files.push(file);
            file
        });
        Place { file, line: place.line(), column: place.column() }
    }
}

/// The value of an atomic, as the checked code sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Pointer(usize),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(value) => value.fmt(f),
            Value::Signed(value) => value.fmt(f),
            Value::Unsigned(value) => value.fmt(f),
            Value::Pointer(0) => f.write_str("null"),
            // The address differs from run to run, a picture must not.
            Value::Pointer(_) => f.write_str("a pointer"),
        }
    }
}

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wake {
    Notified,
    TimedOut,
    Spurious,
}

/// One operation; the objects and threads in it are indices into the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Spawn(usize),
    Join(usize),
    IsFinished(usize, bool),
    End,
    Panic(String),
    Lock,
    TryLock(bool),
    Unlock,
    /// Releases the mutex and sleeps.
    Wait {
        mutex: usize,
        timed: bool,
    },
    /// Has the mutex again.
    Woken {
        mutex: usize,
        wake: Wake,
    },
    NotifyOne {
        woken: usize,
    },
    NotifyAll {
        woken: usize,
    },
    Load {
        order: Ordering,
        value: Value,
    },
    Store {
        order: Ordering,
        value: Value,
    },
    Rmw {
        name: &'static str,
        argument: Option<Value>,
        order: Ordering,
        old: Value,
        new: Value,
    },
    /// A compare-exchange that found another value.
    Refused {
        name: &'static str,
        expected: Value,
        order: Ordering,
        value: Value,
    },
    Fence(Ordering),
    Read,
    Write,
    Park,
    Unparked(Wake),
    /// `fresh` is false when the target had an unused permit already.
    Unpark {
        target: usize,
        fresh: bool,
    },
    Yield,
    Spin,
    Sleep,
    FutexWait {
        expected: Value,
    },
    FutexWoken(Wake),
    FutexChanged {
        expected: Value,
        value: Value,
    },
    FutexWake {
        woken: usize,
    },
    OnceInit,
    OnceMade,
    OnceReady,
    OnceGet(bool),
    OnceSet(bool),
}

/// An operation that took place.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) thread: usize,
    pub(crate) object: Option<usize>,
    pub(crate) act: Act,
    pub(crate) place: Place,
}

/// An operation that a thread is about to make, or that blocks it.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) object: Option<usize>,
    pub(crate) intent: Intent,
    pub(crate) place: Place,
}

/// The operation of a [`Pending`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Lock,
    /// The mutex again, after a wake-up.
    Relock,
    Wait,
    Join(usize),
    Park,
    FutexWait,
    OnceInit,
    Read,
    Write,
    /// Anything that cannot wait.
    Other(&'static str),
}

/// An object that threads share.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    /// The type's name, for objects that the code gives none.
    pub(crate) type_name: &'static str,
    pub(crate) place: Place,
    /// Its value at first.
    pub(crate) initial: Option<Value>,
    /// The holder, and the place since which it holds the object.
    pub(crate) holder: Option<(usize, Place)>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ThreadLog {
    pub(crate) name: Option<String>,
    pub(crate) pending: Option<Pending>,
    pub(crate) ended: bool,
}

/// The log of the running execution.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    /// How many executions of this stage have begun.
    pub(crate) execution: usize,
    /// The stage's bound on preemptions.
    pub(crate) bound: Option<usize>,
    /// Where a random search began.
    pub(crate) seed: Option<u64>,
    pub(crate) events: Vec<Event>,
    pub(crate) objects: Vec<Object>,
    pub(crate) threads: Vec<ThreadLog>,
    /// Grows with every step of the search: while it does, nothing hangs.
    pub(crate) beats: u64,
}

impl Log {
    /// Forgets the execution before.
    pub(crate) fn begin_execution(&mut self) {
        self.execution += 1;
        self.beats += 1;
        self.events.clear();
        self.objects.clear();
        self.threads.clear();
    }
}
