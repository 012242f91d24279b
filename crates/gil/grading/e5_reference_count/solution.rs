//! `inc` and `dec` are one step each. Under the GIL they could be three, a load, an addition and a store, and CPython's
//! are. Without the GIL, two threads that load the same number lose one of two changes, and an object is freed too
//! early, or never.
//!
//! `inc` needs no ordering: its caller already has a reference, and hands the new one over by other means that do
//! order. `dec` releases, so everything that a thread did with the object happens before any thread sees the new
//! number. The caller of the last `dec` acquires, so it sees all of that before it frees the object. `is_unique`
//! acquires for the same reason.

use interleave::sync::atomic::{AtomicUsize, Ordering};

/// How many references there are to an object, which many threads use at once.
pub struct RefCount {
    references: AtomicUsize,
}

impl RefCount {
    /// A new object has one reference.
    pub fn new() -> Self {
        RefCount { references: AtomicUsize::new(1) }
    }

    /// There is one reference more. Only who has one may make another.
    pub fn inc(&self) {
        self.references.fetch_add(1, Ordering::Relaxed);
    }

    /// A reference is gone. Whether it was the last: then the caller frees the object, and nobody else does.
    ///
    /// Whatever others have done with the object, up to their own `dec`, has happened before this says `true`.
    pub fn dec(&self) -> bool {
        self.references.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// Whether the caller, who has a reference, has the only one: then it may change the object in place.
    ///
    /// Whatever others have done with the object, up to their own `dec`, has happened before this says `true`.
    pub fn is_unique(&self) -> bool {
        self.references.load(Ordering::Acquire) == 1
    }
}
