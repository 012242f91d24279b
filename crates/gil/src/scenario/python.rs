//! A thread that executes Python code, as far as the GIL sees it.

use crate::{Gil, Platform, Point, allow_threads};

/// A thread that holds the GIL and executes Python code. There is no program: instructions only take time, and the
/// thread checks its eval breaker where an interpreter would.
pub struct Python<'a, G: Gil> {
    gil: &'a G,
    thread: G::Thread,
}

impl<'a, G: Gil> Python<'a, G> {
    /// Takes the GIL, runs `body` in the calling thread, and drops the GIL. Blocks until this thread has the GIL.
    pub fn run<R>(gil: &'a G, body: impl FnOnce(&Self) -> R) -> R {
        let python = Python { gil, thread: gil.thread() };
        gil.take_gil(&python.thread);
        let result = body(&python);
        // SAFETY: this thread took the GIL above, and again after each time that it dropped the GIL.
        unsafe { gil.drop_gil(&python.thread) };
        result
    }

    /// Executes this number of instructions, and then a back edge: an iteration of a loop.
    pub fn execute(&self, instructions: u32) {
        self.gil.platform().executed(instructions);
        for _ in 0..instructions {
            self.check_eval_breaker(Point::Instruction);
        }
        self.check_eval_breaker(Point::BackEdge);
    }

    /// Runs `native`, a system call that may block, without the GIL. Then blocks until this thread has the GIL again.
    pub fn system_call<R>(&self, native: impl FnOnce() -> R) -> R {
        // SAFETY: this thread holds the GIL, and there are no objects.
        unsafe { allow_threads(self.gil, &self.thread, native) }
    }

    /// CPython: `CHECK_EVAL_BREAKER`.
    fn check_eval_breaker(&self, at: Point) {
        if self.gil.should_yield(&self.thread, at) {
            // SAFETY: this thread holds the GIL.
            unsafe { self.gil.yield_gil(&self.thread) };
        }
    }
}
