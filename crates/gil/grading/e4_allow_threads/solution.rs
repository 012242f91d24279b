//! Both functions are one: to change over, run something, and change back. What is to be back is what was before, and so
//! they nest in every order: code without the GIL calls code that needs it, which reads from a network, and so on.
//!
//! The change back stands in a destructor, since a panic leaves by no other way. It does nothing if nothing was to do:
//! then neither waits the thread for itself, nor does it release what it does not have.

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
