//! wrong: wrong-value: it takes the number from before its step for the one after it

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
        self.references.fetch_sub(1, Ordering::AcqRel) == 2
    }

    /// Whether the caller, who has a reference, has the only one: then it may change the object in place.
    ///
    /// Whatever others have done with the object, up to their own `dec`, has happened before this says `true`.
    pub fn is_unique(&self) -> bool {
        self.references.load(Ordering::Acquire) == 1
    }
}
