//! Counting down from a number: in threads, or one after the other.

use std::time::Duration;

use super::time;
use crate::Gil;

/// The program. CPython runs it too: with the global variables `THREADS`, `COUNT` and `TOGETHER`.
const PROGRAM: &str = include_str!("countdown.py");

/// Counts down from a number, several times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Countdown {
    /// How many countdowns, each in a thread of its own.
    pub threads: u32,
    /// The number to count down from.
    pub count: u32,
}

impl Countdown {
    /// How long the threads take.
    pub fn together<G: Gil>(self, gil: G) -> Duration {
        self.run(gil, true)
    }

    /// How long a single thread takes for all the countdowns.
    pub fn one_after_the_other<G: Gil>(self, gil: G) -> Duration {
        self.run(gil, false)
    }

    fn run<G: Gil>(self, gil: G, together: bool) -> Duration {
        let globals =
            [("THREADS", self.threads.into()), ("COUNT", self.count.into()), ("TOGETHER", together.into())];
        time(gil, "countdown.py", PROGRAM, &globals)
    }
}
