//! Objects of either engine, with the same operations.

use std::sync::atomic::Ordering;

use super::{with_loom, with_shuttle};
use crate::model::Backend;
use crate::runtime;

pub(crate) use with_loom::{Access, search};

/// The engine of the model that runs on this OS thread.
fn shuttle() -> bool {
    runtime::here().is_some_and(|model| model.shared.settings.backend == Backend::Shuttle)
}

macro_rules! either {
    ($(#[$doc:meta])* $name:ident: $($method:ident $(-> $result:ty)?),*) => {
        $(#[$doc])*
        pub(crate) enum $name {
            Loom(with_loom::$name),
            Shuttle(with_shuttle::$name),
        }

        impl $name {
            pub(crate) fn new() -> Self {
                if shuttle() {
                    $name::Shuttle(with_shuttle::$name::new())
                } else {
                    $name::Loom(with_loom::$name::new())
                }
            }

            $(
                pub(crate) fn $method(&self) $(-> $result)? {
                    match self {
                        $name::Loom(it) => it.$method(),
                        $name::Shuttle(it) => it.$method(),
                    }
                }
            )*
        }
    };
}

either!(
    /// See [`with_loom::Point`].
    Point: pass, touch
);
either!(
    /// See [`with_loom::Relay`].
    Relay: release, acquire
);
either!(
    /// See [`with_loom::Lock`].
    Lock: acquire, try_acquire -> bool, release
);
either!(
    /// See [`with_loom::Fickle`].
    Fickle: wait, wakes, wake, woken
);

/// See [`with_loom::Track`]. shuttle finds no data races.
pub(crate) struct Track(Option<with_loom::Track>);

impl Track {
    pub(crate) fn new() -> Self {
        Track((!shuttle()).then(with_loom::Track::new))
    }

    pub(crate) fn read(&self) -> Option<Access> {
        self.0.as_ref().map(with_loom::Track::read)
    }

    pub(crate) fn write(&self) -> Option<Access> {
        self.0.as_ref().map(with_loom::Track::write)
    }
}

/// A thread that can be woken.
#[derive(Clone)]
pub(crate) enum Handle {
    Loom(with_loom::Handle),
    Shuttle(with_shuttle::Handle),
}

pub(crate) enum JoinHandle<T> {
    Loom(with_loom::JoinHandle<T>),
    Shuttle(with_shuttle::JoinHandle<T>),
}

impl<T> JoinHandle<T> {
    pub(crate) fn join(self) -> std::thread::Result<T> {
        match self {
            JoinHandle::Loom(handle) => handle.join(),
            JoinHandle::Shuttle(handle) => handle.join(),
        }
    }
}

pub(crate) fn current() -> Handle {
    if shuttle() { Handle::Shuttle(with_shuttle::current()) } else { Handle::Loom(with_loom::current()) }
}

pub(crate) fn unpark(handle: &Handle) {
    match handle {
        Handle::Loom(handle) => with_loom::unpark(handle),
        Handle::Shuttle(handle) => with_shuttle::unpark(handle),
    }
}

pub(crate) fn park() {
    if shuttle() { with_shuttle::park() } else { with_loom::park() }
}

pub(crate) fn yield_now() {
    if shuttle() { with_shuttle::yield_now() } else { with_loom::yield_now() }
}

pub(crate) fn spawn<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    if shuttle() {
        JoinHandle::Shuttle(with_shuttle::spawn(f))
    } else {
        JoinHandle::Loom(with_loom::spawn(f))
    }
}

pub(crate) fn fence(order: Ordering) {
    if shuttle() { with_shuttle::fence(order) } else { with_loom::fence(order) }
}

/// See [`with_loom::uninterrupted`]; shuttle has no such thing.
pub(crate) fn uninterrupted<R>(f: impl FnOnce() -> R) -> R {
    if shuttle() { f() } else { with_loom::uninterrupted(f) }
}

/// Atomics of every width.
pub(crate) mod atomic {
    use std::sync::atomic::Ordering;

    use super::shuttle;

    macro_rules! atomics {
        ($($name:ident $(<$T:ident>)?: $value:ty { $($method:ident),* })*) => { $(
            pub(crate) enum $name $(<$T>)? {
                Loom(loom::sync::atomic::$name $(<$T>)?),
                Shuttle(::shuttle::sync::atomic::$name $(<$T>)?),
            }

            impl $(<$T>)? $name $(<$T>)? {
                #[track_caller]
                pub(crate) fn new(value: $value) -> Self {
                    if shuttle() {
                        $name::Shuttle(::shuttle::sync::atomic::$name::new(value))
                    } else {
                        $name::Loom(loom::sync::atomic::$name::new(value))
                    }
                }

                pub(crate) fn load(&self, order: Ordering) -> $value {
                    match self {
                        $name::Loom(it) => it.load(order),
                        $name::Shuttle(it) => it.load(order),
                    }
                }

                pub(crate) fn store(&self, value: $value, order: Ordering) {
                    match self {
                        $name::Loom(it) => it.store(value, order),
                        $name::Shuttle(it) => it.store(value, order),
                    }
                }

                pub(crate) fn compare_exchange(
                    &self,
                    current: $value,
                    new: $value,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$value, $value> {
                    match self {
                        $name::Loom(it) => it.compare_exchange(current, new, success, failure),
                        $name::Shuttle(it) => it.compare_exchange(current, new, success, failure),
                    }
                }

                pub(crate) fn into_inner(self) -> $value {
                    match self {
                        $name::Loom(it) => it.into_inner(),
                        $name::Shuttle(it) => it.into_inner(),
                    }
                }

                $(
                    pub(crate) fn $method(&self, value: $value, order: Ordering) -> $value {
                        match self {
                            $name::Loom(it) => it.$method(value, order),
                            $name::Shuttle(it) => it.$method(value, order),
                        }
                    }
                )*
            }
        )* };
    }

    macro_rules! integers {
        ($($name:ident: $value:ty),*) => { atomics! { $($name: $value {
            swap, fetch_add, fetch_sub, fetch_and, fetch_nand, fetch_or, fetch_xor, fetch_max, fetch_min
        })* } };
    }

    integers!(
        AtomicU8: u8, AtomicU16: u16, AtomicU32: u32, AtomicU64: u64, AtomicUsize: usize,
        AtomicI8: i8, AtomicI16: i16, AtomicI32: i32, AtomicI64: i64, AtomicIsize: isize
    );
    atomics! {
        AtomicBool: bool { swap, fetch_and, fetch_nand, fetch_or, fetch_xor }
        AtomicPtr<T>: *mut T { swap }
    }
}
