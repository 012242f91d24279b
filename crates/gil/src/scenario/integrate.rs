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
    /// The number of steps, at least one for each thread. The remainder of the division by the threads is left out, as
    /// in the lecture.
    pub steps: u32,
    /// What computes it.
    pub code: Code,
}

/// What computes the integral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// A loop in Python.
    Python,
    /// Native code that keeps the GIL: what Cython does unless told otherwise.
    Native,
    /// Native code that has released the GIL: Cython's `with nogil`.
    NativeNogil,
}

impl Integrate {
    /// Returns how long the computation takes.
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
