//! The atomics of `std::sync::atomic`.
//!
//! Inside a model a load may return an older value, as far as the orderings allow it to. `SeqCst` accesses
//! are treated as `AcqRel` by loom: what only fails because of that is reported as
//! [`CannotJudge`](crate::Kind::CannotJudge), never as wrong.

use std::fmt;
pub use std::sync::atomic::Ordering;
use std::sync::atomic::Ordering::Relaxed;

use crate::engine;
use crate::record::{Act, Intent, Place, Value};
use crate::runtime::{self, Body, Id, Runtime, outside};

/// How a value is shown.
trait Show: Copy {
    fn show(self) -> Value;
}

macro_rules! show {
    ($variant:ident as $wide:ty: $($int:ty)*) => { $(
        impl Show for $int {
            fn show(self) -> Value {
                Value::$variant(self as $wide)
            }
        }
    )* };
}
show!(Unsigned as u64: u8 u16 u32 u64 usize);
show!(Signed as i64: i8 i16 i32 i64 isize);
show!(Bool as bool: bool);

impl<T> Show for *mut T {
    fn show(self) -> Value {
        Value::Pointer(self as usize)
    }
}

/// One atomic type: what all of them have. `$engine` is the engine's type with the same operations.
macro_rules! atomic {
    ($(#[$doc:meta])* $name:ident $(<$T:ident>)?, $value:ty) => {
        $(#[$doc])*
        ///
        /// See the [module's](self) documentation for what is different inside a model.
        pub struct $name $(<$T>)? (Inner<std::sync::atomic::$name $(<$T>)?, engine::atomic::$name $(<$T>)?>);

        impl $(<$T>)? $name $(<$T>)? {
            /// An atomic with this value.
            #[track_caller]
            pub fn new(value: $value) -> Self {
                $name(match runtime::here() {
                    None => Inner::Real(std::sync::atomic::$name::new(value)),
                    Some(model) => {
                        let initial = Some(value.show());
                        let id = model.add_object(stringify!($name), Place::caller(), initial, Body::atomic());
                        Inner::Model(id, engine::atomic::$name::new(value))
                    }
                })
            }

            /// The value.
            ///
            /// # Panics
            ///
            /// As std's, for `Release` and `AcqRel`.
            #[track_caller]
            #[inline]
            pub fn load(&self, order: Ordering) -> $value {
                match &self.0 {
                    Inner::Real(real) => outside(real).load(order),
                    Inner::Model(id, atomic) => load(*id, order, || atomic.load(order), Place::caller()),
                }
            }

            /// Sets the value.
            ///
            /// # Panics
            ///
            /// As std's, for `Acquire` and `AcqRel`.
            #[track_caller]
            #[inline]
            pub fn store(&self, value: $value, order: Ordering) {
                match &self.0 {
                    Inner::Real(real) => outside(real).store(value, order),
                    Inner::Model(id, atomic) => {
                        let look = || {
                            // If it succeeds, the value stays the same.
                            let _ = atomic.compare_exchange(value, value, Relaxed, Relaxed);
                        };
                        let store = || atomic.store(value, order);
                        let (model, place) = (Runtime::of(*id), Place::caller());
                        model.store(*id, place, look, store);
                        model.log(Some(*id), Act::Store { order, value: value.show() }, place);
                    }
                }
            }

            /// Sets the value and returns the one before.
            #[track_caller]
            #[inline]
            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                match &self.0 {
                    Inner::Real(real) => outside(real).swap(value, order),
                    Inner::Model(id, atomic) => {
                        let swap = || atomic.swap(value, order);
                        rmw(*id, "swap", Some(value), order, swap, |_| value, Place::caller())
                    }
                }
            }

            /// Sets the value to `new` if it is `current`.
            ///
            /// # Errors
            ///
            /// The value, if it is another.
            #[track_caller]
            #[inline]
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                match &self.0 {
                    Inner::Real(real) => outside(real).compare_exchange(current, new, success, failure),
                    Inner::Model(id, atomic) => {
                        let exchange = || atomic.compare_exchange(current, new, success, failure);
                        let (orders, place) = ((success, failure), Place::caller());
                        compare_exchange(*id, "compare_exchange", (current, new), orders, exchange, place)
                    }
                }
            }

            /// Sets the value to `new` if it is `current`. Outside of a model it may fail spuriously.
            ///
            /// # Errors
            ///
            /// The value, if it is another, or spuriously.
            #[track_caller]
            #[inline]
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                match &self.0 {
                    Inner::Real(real) => outside(real).compare_exchange_weak(current, new, success, failure),
                    Inner::Model(id, atomic) => {
                        let exchange = || atomic.compare_exchange(current, new, success, failure);
                        let (name, place) = ("compare_exchange_weak", Place::caller());
                        compare_exchange(*id, name, (current, new), (success, failure), exchange, place)
                    }
                }
            }

            /// A loop of compare-exchanges: sets the value to what `f` makes of it, and returns the one
            /// before.
            ///
            /// # Errors
            ///
            /// The value for which `f` returned `None`.
            #[track_caller]
            pub fn fetch_update(
                &self,
                set_order: Ordering,
                fetch_order: Ordering,
                mut f: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                let mut value = self.load(fetch_order);
                while let Some(new) = f(value) {
                    match self.compare_exchange_weak(value, new, set_order, fetch_order) {
                        Ok(old) => return Ok(old),
                        Err(other) => value = other,
                    }
                }
                Err(value)
            }

            /// The value, without a step of the search: the caller owns the atomic.
            pub fn into_inner(self) -> $value {
                match self.0 {
                    Inner::Real(real) => real.into_inner(),
                    Inner::Model(_, atomic) => atomic.into_inner(),
                }
            }
        }

        impl $(<$T>)? From<$value> for $name $(<$T>)? {
            #[track_caller]
            fn from(value: $value) -> Self {
                $name::new(value)
            }
        }

        impl $(<$T>)? fmt::Debug for $name $(<$T>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &self.0 {
                    Inner::Real(real) => real.fmt(f),
                    // To look would be a step of the search.
                    Inner::Model(..) => f.write_str(concat!(stringify!($name), " { .. }")),
                }
            }
        }
    };
}

/// Read-modify-write operations of the form `old = op(value)`.
macro_rules! fetch {
    ($name:ident, $value:ty:
        $($(#[$doc:meta])* $method:ident = |$old:ident, $argument:ident| $new:expr;)*
    ) => {
        impl $name {
            $(
                $(#[$doc])*
                #[track_caller]
                #[inline]
                pub fn $method(&self, $argument: $value, order: Ordering) -> $value {
                    match &self.0 {
                        Inner::Real(real) => outside(real).$method($argument, order),
                        Inner::Model(id, atomic) => rmw(
                            *id,
                            stringify!($method),
                            Some($argument),
                            order,
                            || atomic.$method($argument, order),
                            |$old| $new,
                            Place::caller(),
                        ),
                    }
                }
            )*
        }

        impl Default for $name {
            #[track_caller]
            fn default() -> Self {
                $name::new(<$value>::default())
            }
        }
    };
}

macro_rules! integers {
    ($($name:ident: $value:ty),*) => { $(
        atomic!(
            #[doc = concat!("An integer that threads share, `std::sync::atomic::", stringify!($name), "`.")]
            $name, $value
        );
        fetch! { $name, $value:
            /// Adds, and returns the value before. Wraps around.
            fetch_add = |old, value| old.wrapping_add(value);
            /// Subtracts, and returns the value before. Wraps around.
            fetch_sub = |old, value| old.wrapping_sub(value);
            /// Bitwise and; returns the value before.
            fetch_and = |old, value| old & value;
            /// Bitwise nand; returns the value before.
            fetch_nand = |old, value| !(old & value);
            /// Bitwise or; returns the value before.
            fetch_or = |old, value| old | value;
            /// Bitwise exclusive or; returns the value before.
            fetch_xor = |old, value| old ^ value;
            /// The greater of the two; returns the value before.
            fetch_max = |old, value| old.max(value);
            /// The smaller of the two; returns the value before.
            fetch_min = |old, value| old.min(value);
        }
    )* };
}
integers!(
    AtomicU8: u8, AtomicU16: u16, AtomicU32: u32, AtomicU64: u64, AtomicUsize: usize,
    AtomicI8: i8, AtomicI16: i16, AtomicI32: i32, AtomicI64: i64, AtomicIsize: isize
);

atomic!(
    /// A flag that threads share, `std::sync::atomic::AtomicBool`.
    AtomicBool,
    bool
);
fetch! { AtomicBool, bool:
    /// Logical and; returns the value before.
    fetch_and = |old, value| old & value;
    /// Logical nand; returns the value before.
    fetch_nand = |old, value| !(old & value);
    /// Logical or; returns the value before.
    fetch_or = |old, value| old | value;
    /// Logical exclusive or; returns the value before.
    fetch_xor = |old, value| old ^ value;
}

atomic!(
    /// A raw pointer that threads share, `std::sync::atomic::AtomicPtr`.
    AtomicPtr<T>,
    *mut T
);

enum Inner<R, M> {
    Real(R),
    Model(Id, M),
}

/// Prevents that the operations before and after it are seen in the other order; see
/// `std::sync::atomic::fence`.
///
/// # Panics
///
/// As std's, for `Relaxed`.
#[track_caller]
pub fn fence(order: Ordering) {
    match runtime::here() {
        None => std::sync::atomic::fence(order),
        Some(model) => {
            let place = Place::caller();
            model.fence(order, place);
            model.log(None, Act::Fence(order), place);
        }
    }
}

fn load<T: Show>(id: Id, order: Ordering, load: impl FnOnce() -> T, place: Place) -> T {
    let model = Runtime::of(id);
    let value = model.load(id, "load", place, load);
    model.log(Some(id), Act::Load { order, value: value.show() }, place);
    value
}

fn rmw<T: Show>(
    id: Id,
    name: &'static str,
    argument: Option<T>,
    order: Ordering,
    rmw: impl FnOnce() -> T,
    new: impl FnOnce(T) -> T,
    place: Place,
) -> T {
    let model = Runtime::of(id);
    let old = model.write(id, Intent::Other(name), place, rmw);
    model.changed(id);
    let argument = argument.map(Show::show);
    model.log(Some(id), Act::Rmw { name, argument, order, old: old.show(), new: new(old).show() }, place);
    old
}

fn compare_exchange<T: Show>(
    id: Id,
    name: &'static str,
    (current, new): (T, T),
    (success, failure): (Ordering, Ordering),
    exchange: impl FnOnce() -> Result<T, T>,
    place: Place,
) -> Result<T, T> {
    let model = Runtime::of(id);
    let result = model.write(id, Intent::Other(name), place, exchange);
    if result.is_ok() {
        model.changed(id);
    }
    let act = match result {
        Ok(old) => Act::Rmw { name, argument: None, order: success, old: old.show(), new: new.show() },
        Err(other) => Act::Refused { name, expected: current.show(), order: failure, value: other.show() },
    };
    model.log(Some(id), act, place);
    result
}

impl AtomicU32 {
    /// For the futex: the real one, or the model's with its number.
    #[track_caller]
    pub(crate) fn parts(&self) -> Result<&std::sync::atomic::AtomicU32, (Id, &engine::atomic::AtomicU32)> {
        match &self.0 {
            Inner::Real(real) => Ok(outside(real)),
            Inner::Model(id, atomic) => Err((*id, atomic)),
        }
    }
}
