//! Globals: one value for the process, or for each execution of a model.

use std::any::Any;
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use crate::runtime;

/// A value for a `static`: made at its first use, and inside a model anew in each execution, so that
/// executions do not disturb each other.
///
/// ```
/// use interleave::sync::Mutex;
/// use interleave::{Global, Model};
///
/// static NAMES: Global<Mutex<Vec<&str>>> = Global::new(|| Mutex::new(Vec::new()));
///
/// NAMES.with(|names| names.lock().push("outside"));
/// Model::new().prove(|| {
///     NAMES.with(|names| names.lock().push("inside"));
///     assert_eq!(NAMES.with(|names| names.lock().len()), 1);
/// });
/// ```
pub struct Global<T: 'static> {
    init: fn() -> T,
    real: OnceLock<T>,
}

impl<T: 'static> Global<T> {
    /// A value that `init` will make.
    pub const fn new(init: fn() -> T) -> Self {
        Global { init, real: OnceLock::new() }
    }

    /// Calls `f` with the value.
    pub fn with<R>(&'static self, f: impl FnOnce(&T) -> R) -> R {
        let Some(model) = runtime::here() else { return f(self.real.get_or_init(self.init)) };
        // Each static has an address of its own.
        let key = std::ptr::from_ref(self) as usize;
        let init = self.init;
        let value = model.global(key, || Maker { key, make: Arc::new(move || Rc::new(init())) });
        f(value.downcast_ref().expect("a key has values of one type"))
    }
}

/// Makes a global before the threads of an execution begin, so that all of them see it made.
#[derive(Clone)]
pub(crate) struct Maker {
    pub(crate) key: usize,
    pub(crate) make: Arc<dyn Fn() -> Rc<dyn Any> + Send + Sync>,
}

impl fmt::Debug for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Maker").field("key", &self.key).finish_non_exhaustive()
    }
}

impl<T: 'static> fmt::Debug for Global<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Global { .. }")
    }
}
