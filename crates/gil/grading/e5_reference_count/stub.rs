//! Exercise 5/5: a counter that survives without a GIL. The task stands in e5_reference_count.md.

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
        todo!()
    }

    /// A reference is gone. Whether it was the last: then the caller frees the object, and nobody else does.
    ///
    /// Whatever others have done with the object, up to their own `dec`, has happened before this says `true`.
    pub fn dec(&self) -> bool {
        todo!()
    }

    /// Whether the caller, who has a reference, has the only one: then it may change the object in place.
    ///
    /// Whatever others have done with the object, up to their own `dec`, has happened before this says `true`.
    pub fn is_unique(&self) -> bool {
        todo!()
    }
}
