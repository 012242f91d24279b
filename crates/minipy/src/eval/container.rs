//! What changes: lists, dicts, iterators. Under an exclusive GIL they need no lock; without one each has its own.

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

/// A value that one thread at a time changes: the one that has the GIL or, without one, its lock.
pub(crate) struct Guarded<G: Gil, T> {
    lock: RawLock,
    value: UnsafeCell<T>,
    gil: PhantomData<G>,
}

impl<G: Gil, T> Guarded<G, T> {
    pub fn new(value: T) -> Self {
        Guarded { lock: RawLock::new(), value: UnsafeCell::new(value), gil: PhantomData }
    }

    /// `f` is a single operation on it. It calls no Python, and nothing that comes back to this object.
    #[inline]
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        if !G::EXCLUSIVE {
            self.lock.acquire();
        }
        // SAFETY: only one thread is here, by the GIL or by the lock, and `f` does not come back to this object.
        let result = f(unsafe { &mut *self.value.get() });
        if !G::EXCLUSIVE {
            self.lock.release().expect("it was acquired above");
        }
        result
    }
}

/// In the order of insertion, as Python's.
pub(crate) type Dict<G> = IndexMap<Key<G>, Value<G>, BuildHasherDefault<DefaultHasher>>;

/// A key of a dict: of a type that does not change.
pub(crate) struct Key<G: Gil>(Value<G>);

impl<G: Gil> Key<G> {
    /// Nothing if that can be no key: a list, a dict, a tuple of them or of too many tuples one in the other.
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

/// How far a loop has come.
pub(crate) enum Iteration<G: Gil> {
    /// The next, the end, the step.
    Range(i64, i64, i64),
    /// A list, a tuple or a text, and the next index (of a byte, in a text).
    Items(Value<G>, usize),
    /// A dict, the next index, and how long it was.
    Keys(Value<G>, usize, usize),
}
