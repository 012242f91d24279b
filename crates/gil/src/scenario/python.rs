//! A thread that runs Python code, as far as the GIL sees it.

use crate::{Gil, Platform, Point, allow_threads};

/// A thread that has taken the GIL and executes Python code, without a program: only the time that it takes, and the
/// points at which it asks whether the GIL is due.
pub struct Python<'a, G: Gil> {
    gil: &'a G,
    thread: G::Thread,
}

impl<'a, G: Gil> Python<'a, G> {
    /// Runs `body` in the calling thread with the GIL taken, and then releases it. Blocks until it is taken.
    pub fn run<R>(gil: &'a G, body: impl FnOnce(&Self) -> R) -> R {
        let python = Python { gil, thread: gil.thread() };
        gil.take_gil(&python.thread);
        let result = body(&python);
        // SAFETY: it was taken above, and each time again since.
        unsafe { gil.drop_gil(&python.thread) };
        result
    }

    /// Executes this number of instructions, and goes back to the beginning of a loop.
    pub fn execute(&self, instructions: u32) {
        self.gil.platform().executed(instructions);
        for _ in 0..instructions {
            self.pass_if_due(Point::Instruction);
        }
        self.pass_if_due(Point::BackEdge);
    }

    /// Runs `native` without the GIL: a system call that may block. Blocks until it is taken again.
    pub fn system_call<R>(&self, native: impl FnOnce() -> R) -> R {
        // SAFETY: it is taken; and there are no objects.
        unsafe { allow_threads(self.gil, &self.thread, native) }
    }

    fn pass_if_due(&self, at: Point) {
        if self.gil.should_yield(&self.thread, at) {
            // SAFETY: it is taken.
            unsafe { self.gil.yield_gil(&self.thread) };
        }
    }
}
