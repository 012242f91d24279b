//! Both functions are one: change the state, run the code, change the state back. Each restores the state from before
//! its call, so they nest in every order: code without the GIL calls code that needs it, which reads from a network,
//! and so on.
//!
//! A destructor changes the state back, because after a panic only destructors run. It does nothing if there was
//! nothing to change: so the thread neither waits for itself nor releases a GIL that it does not have.

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
        let _back = Back::after(self, true);
        code()
    }

    /// Runs `native`, which touches no object, without the GIL. Afterwards the thread has it if it had it before.
    pub fn allow_threads<R>(&self, native: impl FnOnce() -> R) -> R {
        let _back = Back::after(self, false);
        native()
    }

    fn attach(&self, attached: bool) {
        if self.attached.replace(attached) == attached {
            return;
        }
        if attached {
            self.gil.take();
        } else {
            self.gil.release();
        }
    }
}

/// Has the GIL as before again, when it is dropped.
struct Back<'a, 'b, G: Gil> {
    python: &'b Python<'a, G>,
    before: bool,
}

impl<'a, 'b, G: Gil> Back<'a, 'b, G> {
    /// Takes the GIL or releases it.
    fn after(python: &'b Python<'a, G>, attached: bool) -> Self {
        let before = python.attached.get();
        python.attach(attached);
        Back { python, before }
    }
}

impl<G: Gil> Drop for Back<'_, '_, G> {
    fn drop(&mut self) {
        self.python.attach(self.before);
    }
}
