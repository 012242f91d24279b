//! Data without a lock, whose races are found.

use std::fmt;

use crate::engine;
use crate::record::{Act, Intent, Place};
use crate::runtime::{self, Body, Id, Runtime, outside};

/// `std::cell::UnsafeCell` whose accesses a model checks: two of them, one a write, without an order between
/// them are a data race.
///
/// It is the cell for code that builds locks and queues. Unlike std's it is Sync, since it only hands out raw
/// pointers.
///
/// ```
/// let cell = interleave::cell::UnsafeCell::new(1);
/// // SAFETY: there is only this thread.
/// cell.with_mut(|value| unsafe { *value += 1 });
/// assert_eq!(cell.into_inner(), 2);
/// ```
pub struct UnsafeCell<T> {
    data: std::cell::UnsafeCell<T>,
    model: Option<(Id, engine::Track)>,
}

// SAFETY: the data is reached only by raw pointers, which the caller's unsafe code has to justify. The tracker
// belongs to the model, whose threads are one OS thread; `Runtime::of` refuses any other.
unsafe impl<T: Send> Sync for UnsafeCell<T> {}

// SAFETY: the data is Send, and only the model's OS thread uses the tracker.
unsafe impl<T: Send> Send for UnsafeCell<T> {}

impl<T> UnsafeCell<T> {
    /// A cell with this value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        // Not in the closure, whose own place this would be.
        let place = Place::caller();
        let model = runtime::here()
            .map(|model| (model.add_object("UnsafeCell", place, None, Body::Cell), engine::Track::new()));
        UnsafeCell { data: std::cell::UnsafeCell::new(value), model }
    }

    /// Calls `f` with a pointer for reading, valid until `f` returns.
    #[track_caller]
    pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        let Some((id, track)) = &self.model else { return f(outside(&self.data).get()) };
        let (model, place) = (Runtime::of(*id), Place::caller());
        let reading = model.call(Some(*id), Intent::Read, place, || track.read());
        model.log(Some(*id), Act::Read, place);
        let result = f(self.data.get());
        model.call(Some(*id), Intent::Read, place, || drop(reading));
        model.settle();
        result
    }

    /// Calls `f` with a pointer for writing, valid until `f` returns.
    #[track_caller]
    pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        let Some((id, track)) = &self.model else { return f(outside(&self.data).get()) };
        let (model, place) = (Runtime::of(*id), Place::caller());
        let writing = model.call(Some(*id), Intent::Write, place, || track.write());
        model.log(Some(*id), Act::Write, place);
        let result = f(self.data.get());
        model.call(Some(*id), Intent::Write, place, || drop(writing));
        model.settle();
        result
    }

    /// The data: access is exclusive.
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    /// The data: access is exclusive.
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

impl<T: Default> Default for UnsafeCell<T> {
    #[track_caller]
    fn default() -> Self {
        UnsafeCell::new(T::default())
    }
}

impl<T> fmt::Debug for UnsafeCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnsafeCell { .. }")
    }
}
