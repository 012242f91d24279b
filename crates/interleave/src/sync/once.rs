//! A value that is set once.

use std::cell::UnsafeCell;
use std::fmt;

use super::atomic::Ordering;
use crate::engine;
use crate::record::{Act, Intent, Place, Value};
use crate::runtime::{self, Accesses, Body, Id, Lock, Runtime, outside};

/// `std::sync::OnceLock`: a value that is set once and read from then on without a lock.
pub struct OnceLock<T>(Inner<T>);

enum Inner<T> {
    Real(std::sync::OnceLock<T>),
    Model { id: Id, ready: engine::atomic::AtomicBool, value: UnsafeCell<Option<T>> },
}

// SAFETY: the value is written by the one thread that has the object's lock while `ready` is false, and only
// read once `ready` is true; it is shared with all threads (Sync) and may be dropped by another one (Send).
unsafe impl<T: Send + Sync> Sync for OnceLock<T> {}

impl<T> OnceLock<T> {
    /// A `OnceLock` without a value.
    #[track_caller]
    pub fn new() -> Self {
        OnceLock(match runtime::here() {
            None => Inner::Real(std::sync::OnceLock::new()),
            Some(model) => Inner::Model {
                id: {
                    let body = Body::Once { lock: Lock::new(), ready: Accesses::default() };
                    model.add_object("OnceLock", Place::caller(), Some(Value::Bool(false)), body)
                },
                ready: engine::atomic::AtomicBool::new(false),
                value: UnsafeCell::new(None),
            },
        })
    }

    /// The value, if it has been set. Does not block.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        match &self.0 {
            Inner::Real(real) => outside(real).get(),
            Inner::Model { id, ready, value } => {
                let (model, place) = (Runtime::of(*id), Place::caller());
                // Acquire: what `write` did before it set the flag is visible.
                let set = model.load(*id, "get", place, || ready.load(Ordering::Acquire));
                model.log(Some(*id), Act::OnceGet(set), place);
                // SAFETY: once `ready` is true no thread writes the value, but for `&mut self`.
                set.then(|| unsafe { (*value.get()).as_ref() }).flatten()
            }
        }
    }

    /// Sets the value. Blocks while another thread is about to set it.
    ///
    /// # Errors
    ///
    /// `value`, if there is one already.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        match &self.0 {
            Inner::Real(real) => outside(real).set(value),
            Inner::Model { id, .. } => {
                let (model, place) = (Runtime::of(*id), Place::caller());
                let lock = Locked::new(*id, place);
                if self.is_set() {
                    model.log(Some(*id), Act::OnceSet(false), place);
                    return Err(value);
                }
                self.write(value);
                model.log(Some(*id), Act::OnceSet(true), place);
                drop(lock);
                Ok(())
            }
        }
    }

    /// The value, which `f` makes if there is none. One thread runs `f`, and other callers block meanwhile.
    ///
    /// Deadlocks if `f` uses the same `OnceLock`. If `f` panics, there is still no value.
    #[track_caller]
    pub fn get_or_init(&self, f: impl FnOnce() -> T) -> &T {
        match &self.0 {
            Inner::Real(real) => outside(real).get_or_init(f),
            Inner::Model { id, ready, value } => {
                let (model, place) = (Runtime::of(*id), Place::caller());
                // Acquire: as in `get`.
                let set = model.load(*id, "get_or_init", place, || ready.load(Ordering::Acquire));
                let lock = (!set).then(|| Locked::new(*id, place));
                if lock.is_some() && !self.is_set() {
                    model.log(Some(*id), Act::OnceInit, place);
                    self.write(f());
                    model.log(Some(*id), Act::OnceMade, place);
                } else {
                    model.log(Some(*id), Act::OnceReady, place);
                }
                drop(lock);
                // SAFETY: the value has been set, and no thread writes it from then on, but for `&mut self`.
                unsafe { (*value.get()).as_ref() }.expect("a value that has been set")
            }
        }
    }

    /// The value, if it has been set. Needs no lock: the reference is exclusive.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        match &mut self.0 {
            Inner::Real(real) => real.get_mut(),
            Inner::Model { value, .. } => value.get_mut().as_mut(),
        }
    }

    /// The value, if it has been set.
    pub fn into_inner(self) -> Option<T> {
        match self.0 {
            Inner::Real(real) => real.into_inner(),
            Inner::Model { value, .. } => value.into_inner(),
        }
    }

    /// In a model: whether there is a value. The caller holds the lock.
    fn is_set(&self) -> bool {
        let Inner::Model { value, .. } = &self.0 else { unreachable!("only for models") };
        // SAFETY: only the holder of the lock writes.
        unsafe { (*value.get()).is_some() }
    }

    /// In a model: sets the value, once. The caller holds the lock.
    #[track_caller]
    fn write(&self, new: T) {
        let Inner::Model { id, ready, value } = &self.0 else { unreachable!("only for models") };
        // SAFETY: the caller holds the lock, and no thread reads before `ready` is true.
        unsafe { *value.get() = Some(new) };
        // Release: a thread that sees the flag sees the value.
        let store = || ready.store(true, Ordering::Release);
        Runtime::of(*id).write(*id, Intent::Other("set"), Place::caller(), store);
    }
}

/// The lock of a `OnceLock` in a model, also when the initialiser panics.
struct Locked(Id);

impl Locked {
    fn new(id: Id, place: Place) -> Self {
        Runtime::of(id).acquire(id, Intent::OnceInit, place);
        Locked(id)
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        Runtime::of(self.0).release(self.0);
    }
}

impl<T> Default for OnceLock<T> {
    #[track_caller]
    fn default() -> Self {
        OnceLock::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Real(real) => real.fmt(f),
            Inner::Model { .. } => f.write_str("OnceLock { .. }"),
        }
    }
}
