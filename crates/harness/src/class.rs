//! The verdict classes.

use std::fmt;
use std::str::FromStr;

/// What an answer can be. The names are the words of the screens, of the hints (`## Hint: lost-wakeup`) and of
/// the wrong answers (`//! wrong: lost-wakeup: why`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Every test of the suite has said so itself.
    Solved,
    /// The answer reached a `todo!()`.
    NotStarted,
    /// The compiler rejects it, or the file is not one that the exercise can use.
    DoesNotCompile,
    /// It ended with another result than the task asks for.
    WrongValue,
    /// Two threads reach the same data at once, and one of them writes.
    DataRace,
    /// A thread saw a value that no interleaving explains.
    StaleRead,
    /// No thread can go on.
    Deadlock,
    /// Some threads wait for each other for ever, while others go on.
    PartialDeadlock,
    /// A thread waits on an object that was notified when no thread waited.
    LostWakeup,
    /// Threads run for ever without progress.
    Livelock,
    /// The answer itself panicked.
    Panic,
    /// No result in time, and no model that says why.
    Hang,
    /// The process ended, or had to be ended, before the suite could judge.
    Crash,
    /// The checker is known to be wrong about this code, or does not see it.
    CannotJudge,
}

impl Class {
    /// All of them.
    pub const ALL: [Class; 14] = [
        Class::Solved,
        Class::NotStarted,
        Class::DoesNotCompile,
        Class::WrongValue,
        Class::DataRace,
        Class::StaleRead,
        Class::Deadlock,
        Class::PartialDeadlock,
        Class::LostWakeup,
        Class::Livelock,
        Class::Panic,
        Class::Hang,
        Class::Crash,
        Class::CannotJudge,
    ];

    /// `lost-wakeup`
    pub const fn name(self) -> &'static str {
        match self {
            Class::Solved => "solved",
            Class::NotStarted => "not-started",
            Class::DoesNotCompile => "does-not-compile",
            Class::WrongValue => "wrong-value",
            Class::DataRace => "data-race",
            Class::StaleRead => "stale-read",
            Class::Deadlock => "deadlock",
            Class::PartialDeadlock => "partial-deadlock",
            Class::LostWakeup => "lost-wakeup",
            Class::Livelock => "livelock",
            Class::Panic => "panic",
            Class::Hang => "hang",
            Class::Crash => "crash",
            Class::CannotJudge => "cannot-judge",
        }
    }

    /// `lost wake-up`, for people.
    pub const fn words(self) -> &'static str {
        match self {
            Class::NotStarted => "not started",
            Class::DoesNotCompile => "does not compile",
            Class::WrongValue => "wrong value",
            Class::DataRace => "data race",
            Class::StaleRead => "stale read",
            Class::PartialDeadlock => "partial deadlock",
            Class::LostWakeup => "lost wake-up",
            Class::CannotJudge => "cannot judge",
            _ => self.name(),
        }
    }

    /// What it means, in a sentence for the learner.
    pub const fn meaning(self) -> &'static str {
        match self {
            Class::Solved => "Every test of the suite passes.",
            Class::NotStarted => "There is still a todo!() where your code will be.",
            Class::DoesNotCompile => "The compiler does not accept it yet.",
            Class::WrongValue => "It comes to an end, but with another result than the task asks for.",
            Class::DataRace => {
                "Two threads can reach the same data at the same time, and at least one of them writes."
            }
            Class::StaleRead => {
                "A thread can see an old value: nothing orders the write before the read, and no interleaving \
                 of the lines explains what it saw."
            }
            Class::Deadlock => "There is an order of events after which no thread can ever go on.",
            Class::PartialDeadlock => {
                "There is an order of events after which some threads wait for each other for ever, while the \
                 others go on."
            }
            Class::LostWakeup => {
                "A notification can come when no thread waits yet. It is not kept: a thread that waits afterwards \
                 waits for ever."
            }
            Class::Livelock => "The threads can run for ever without getting anywhere.",
            Class::Panic => "Your code panics.",
            Class::Hang => "It does not come to an end.",
            Class::Crash => "The program ended before the suite could judge it.",
            Class::CannotJudge => {
                "The checker cannot say what code like this does: that is its limit, not your mistake. Below is what \
                 the checker cannot follow; write it another way."
            }
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// There is no class of this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchClass(pub String);

impl fmt::Display for NoSuchClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no verdict class '{}'", self.0.escape_debug())
    }
}

impl std::error::Error for NoSuchClass {}

impl FromStr for Class {
    type Err = NoSuchClass;

    fn from_str(name: &str) -> Result<Class, NoSuchClass> {
        let found = Class::ALL.into_iter().find(|class| class.name() == name);
        found.ok_or_else(|| NoSuchClass(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_found_by_its_name() {
        for class in Class::ALL {
            assert_eq!(class.name().parse(), Ok(class));
            assert!(class.name().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{class}");
            assert!(class.meaning().ends_with('.'), "{class}");
        }
        assert_eq!("Deadlock".parse::<Class>().unwrap_err().to_string(), "no verdict class 'Deadlock'");
    }
}
