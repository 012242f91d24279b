//! Exercise 5/4: release it around input and output. The task stands in e4_allow_threads.md.

use std::cell::Cell;

/// The GIL, by hand. One thread has it at a time.
pub trait Gil {
    /// Blocks until nobody has it, and takes it. A thread that has it already waits for itself.
    fn take(&self);
    /// Only by the thread that has it.
    fn release(&self);
}

/// A thread of an interpreter.
pub struct Python<'a, G: Gil> {
    gil: &'a G,
    /// Whether this thread has the GIL.
    attached: Cell<bool>,
}

impl<'a, G: Gil> Python<'a, G> {
    /// A thread that does not have the GIL yet.
    pub fn new(gil: &'a G) -> Self {
        Python { gil, attached: Cell::new(false) }
    }

    /// Runs `code`, which touches objects, with the GIL. Afterwards the thread has it if it had it before.
    pub fn with_gil<R>(&self, code: impl FnOnce() -> R) -> R {
        todo!()
    }

    /// Runs `native`, which touches no object, without the GIL. Afterwards the thread has it if it had it before.
    pub fn allow_threads<R>(&self, native: impl FnOnce() -> R) -> R {
        todo!()
    }
}
