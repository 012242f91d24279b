//! A waiting thread holds nothing, and that is enough: in a cycle of waiting threads, each holds what the next one
//! waits for. So sections may lock objects in any order, and no thread needs to know what the others do. Even a section
//! inside another section of the same object works: its lock is not free, so it is released first.
//!
//! The same holds on the way back. Only the innermost section is resumed. To resume an outer section with an inner one
//! already resumed would be to wait while holding a lock; the outer sections are resumed when the inner one ends.
//!
//! What the sections protect pays the price: whenever an inner section begins, other threads may have used the outer
//! object. Under the GIL a method was atomic up to the next switch; without the GIL it is atomic up to the next
//! section.

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
        let held = object.lock.try_lock().unwrap_or_else(|| {
            for section in self.sections.borrow_mut().iter_mut() {
                section.held = None;
            }
            object.lock.lock()
        });
        self.sections.borrow_mut().push(Section { object, held: Some(held) });
        let result = code();
        self.sections.borrow_mut().pop();
        if let Some(outer) = self.sections.borrow_mut().last_mut() {
            outer.held.get_or_insert_with(|| outer.object.lock.lock());
        }
        result
    }
}
