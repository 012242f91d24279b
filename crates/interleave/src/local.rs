//! Thread-locals: one value for each thread, also for the threads of a model, which all run on one OS thread.

use std::fmt;
use std::rc::Rc;
use std::thread::AccessError;

use crate::runtime;

/// A value of which each thread has its own; declared with [`thread_local!`](crate::thread_local).
pub struct LocalKey<T: 'static> {
    real: fn() -> &'static std::thread::LocalKey<T>,
    init: fn() -> T,
}

impl<T: 'static> LocalKey<T> {
    /// For the macro.
    #[doc(hidden)]
    pub const fn new(real: fn() -> &'static std::thread::LocalKey<T>, init: fn() -> T) -> Self {
        LocalKey { real, init }
    }

    /// Calls `f` with the calling thread's value, which is made at its first use and dropped when the thread
    /// ends.
    ///
    /// # Panics
    ///
    /// As std's, while a thread that is not a model's ends.
    pub fn with<R>(&'static self, f: impl FnOnce(&T) -> R) -> R {
        self.try_with(f).expect("the thread's values are not destroyed yet")
    }

    /// Calls `f` with the calling thread's value, which is made at its first use and dropped when the thread
    /// ends.
    ///
    /// # Errors
    ///
    /// As std's, while a thread that is not a model's ends; then `f` is not called.
    pub fn try_with<R>(&'static self, f: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        let Some(model) = runtime::here() else { return (self.real)().try_with(f) };
        // Each static has an address of its own.
        let key = std::ptr::from_ref(self) as usize;
        let value = model.local(key).unwrap_or_else(|| {
            let value = Rc::new((self.init)());
            model.set_local(key, Rc::clone(&value) as Rc<dyn std::any::Any>);
            value
        });
        Ok(f(value.downcast_ref().expect("a key has values of one type")))
    }
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalKey { .. }")
    }
}

/// `std::thread_local!`, also for the threads of a model.
///
/// ```
/// use std::cell::Cell;
///
/// interleave::thread_local! {
///     static COUNT: Cell<u32> = Cell::new(0);
/// }
///
/// COUNT.with(|count| count.set(count.get() + 1));
/// assert_eq!(COUNT.with(Cell::get), 1);
/// ```
#[macro_export]
macro_rules! thread_local {
    ($($(#[$meta:meta])* $vis:vis static $name:ident: $type:ty = $init:expr);* $(;)?) => { $(
        $(#[$meta])*
        $vis static $name: $crate::thread::LocalKey<$type> = {
            fn init() -> $type {
                $init
            }
            fn real() -> &'static ::std::thread::LocalKey<$type> {
                ::std::thread_local! {
                    static REAL: $type = init();
                }
                &REAL
            }
            $crate::thread::LocalKey::new(real, init)
        };
    )* };
}
