//! Exercise 5/6: critical sections. The task stands in e6_critical_sections.md.

use std::cell::RefCell;

use interleave::sync::{Mutex, MutexGuard};

/// An object of a Python without a GIL: it has a lock of its own.
pub struct Object {
    pub lock: Mutex<()>,
}

impl Object {
    pub fn new() -> Self {
        Object { lock: Mutex::new(()) }
    }
}

/// A thread, with the critical sections in which it is.
pub struct Thread<'a> {
    /// The innermost is the last.
    sections: RefCell<Vec<Section<'a>>>,
}

struct Section<'a> {
    object: &'a Object,
    /// `None` while the section is suspended.
    held: Option<MutexGuard<'a, ()>>,
}

impl<'a> Thread<'a> {
    /// A thread that is in no section.
    pub fn new() -> Self {
        Thread { sections: RefCell::new(Vec::new()) }
    }

    /// Runs `code` with the object locked, perhaps inside of other sections, and gives what it gives. If the lock is not
    /// free, suspends all other sections of this thread before it waits.
    pub fn section<R>(&self, object: &'a Object, code: impl FnOnce() -> R) -> R {
        todo!()
    }
}
