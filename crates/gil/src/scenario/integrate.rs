//! The lecture's integral of the cosine, in Python and in native code, by one thread and by several.

use std::time::Duration;

use super::time;
use crate::Gil;

const PROGRAM: &str = include_str!("integrate.py");

/// Computes the integral of the cosine from 0 to half of pi.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integrate {
    /// How many threads share the work, at least one.
    pub threads: u32,
    /// In how many steps, at least as many as threads. What does not divide evenly is left out, as in the lecture.
    pub steps: u32,
    /// By what.
    pub code: Code,
}

/// What computes the integral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// A loop in Python.
    Python,
    /// Native code that keeps the GIL: what Cython does unless told otherwise.
    Native,
    /// Native code that has released it: Cython's `with nogil`.
    NativeNogil,
}

impl Integrate {
    /// How long it takes.
    pub fn run<G: Gil>(self, gil: G) -> Duration {
        let code = match self.code {
            Code::Python => 0,
            Code::Native => 1,
            Code::NativeNogil => 2,
        };
        let globals = [("THREADS", self.threads.into()), ("STEPS", self.steps.into()), ("CODE", code)];
        time(gil, "integrate.py", PROGRAM, &globals)
    }
}
