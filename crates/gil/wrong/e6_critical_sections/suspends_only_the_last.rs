//! wrong: deadlock: it waits, and still has what is further out

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
            if let Some(section) = self.sections.borrow_mut().last_mut() {
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
