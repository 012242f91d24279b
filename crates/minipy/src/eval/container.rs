//! The objects that change: lists, dicts, iterators. Under an exclusive GIL they need no lock; without one, each has a
//! lock of its own.

use std::cell::UnsafeCell;
use std::collections::hash_map::DefaultHasher;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::marker::PhantomData;

use indexmap::IndexMap;
use ungil_primitives::RawLock;

use super::comparison::equal_keys;
use super::object::{Payload, Value};
use super::operators::MAX_NESTING;
use crate::Gil;

/// A value that one thread at a time changes: the holder of the exclusive GIL or, without one, the holder of the
/// value's lock.
pub(crate) struct Guarded<G: Gil, T> {
    lock: RawLock,
    value: UnsafeCell<T>,
    gil: PhantomData<G>,
}

impl<G: Gil, T> Guarded<G, T> {
    pub fn new(value: T) -> Self {
        Guarded { lock: RawLock::new(), value: UnsafeCell::new(value), gil: PhantomData }
    }

    /// Runs `f`, a single operation on the value. It must call no Python code, and must not use this object again.
    #[inline]
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        if !G::EXCLUSIVE {
            self.lock.acquire();
        }
        // SAFETY: the GIL or the lock lets only one thread in, and `f` does not use this object again.
        let result = f(unsafe { &mut *self.value.get() });
        if !G::EXCLUSIVE {
            self.lock.release().expect("it was acquired above");
        }
        result
    }
}

/// A dict, in the order of insertion, as in Python.
pub(crate) type Dict<G> = IndexMap<Key<G>, Value<G>, BuildHasherDefault<DefaultHasher>>;

/// A key of a dict: an object that does not change.
pub(crate) struct Key<G: Gil>(Value<G>);

impl<G: Gil> Key<G> {
    /// `None` for a value that is not hashable: a list, a dict, a tuple that contains one, or tuples that are nested
    /// too deeply.
    pub fn new(value: Value<G>) -> Option<Self> {
        fn hashable<G: Gil>(value: &Value<G>, depth: u32) -> bool {
            match &**value {
                Payload::List(_) | Payload::Dict(_) => false,
                Payload::Tuple(items) => depth > 0 && items.iter().all(|item| hashable(item, depth - 1)),
                _ => true,
            }
        }
        hashable(&value, MAX_NESTING).then_some(Key(value))
    }

    pub fn value(&self) -> &Value<G> {
        &self.0
    }
}

impl<G: Gil> PartialEq for Key<G> {
    fn eq(&self, other: &Self) -> bool {
        equal_keys(&self.0, &other.0)
    }
}

impl<G: Gil> Eq for Key<G> {}

impl<G: Gil> Hash for Key<G> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

/// Equal keys have equal hashes: 1, 1.0 and True are one key.
fn hash<G: Gil>(value: &Value<G>, state: &mut impl Hasher) {
    match &**value {
        Payload::Bool(value) => i64::from(*value).hash(state),
        Payload::Int(number) => number.hash(state),
        Payload::Float(number) => match super::operators::whole(*number) {
            Some(whole) => whole.hash(state),
            None => number.to_bits().hash(state),
        },
        Payload::Text(text) => text.hash(state),
        Payload::Tuple(items) => items.iter().for_each(|item| hash(item, state)),
        _ => value.address().hash(state),
    }
}

/// The state of an iterator.
pub(crate) enum Iteration<G: Gil> {
    /// The next number, the end, the step.
    Range(i64, i64, i64),
    /// A list, a tuple or a text, and the next index (of a byte, in a text).
    Items(Value<G>, usize),
    /// A dict, the next index, and its length at the beginning.
    Keys(Value<G>, usize, usize),
}
