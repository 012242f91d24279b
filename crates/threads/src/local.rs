//! A value of its own for each thread: Python's `threading.local`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use crate::sync::{Arc, Mutex, Weak, thread};

/// One value a thread, made when the thread first asks, dropped when the thread ends.
///
/// Unlike `thread_local!` it is an ordinary value: there can be many, in fields or in an `Arc`, and when a `Local` is
/// dropped the values of all threads go with it.
///
/// ```
/// use ungil_threads::{scope, Local};
///
/// let seen = Local::new(Vec::new);
/// scope(|s| {
///     s.spawn(|| {
///         seen.with(|seen| seen.push("worker"));
///         assert_eq!(seen.with(|seen| seen.clone()), ["worker"]);
///     });
/// });
/// assert!(seen.with(|seen| seen.is_empty())); // this thread has a vector of its own
/// ```
pub struct Local<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    init: Box<dyn Fn() -> T + Send + Sync>,
    /// A thread's value is behind a lock of its own, so that it is used without the lock of the map.
    values: Mutex<HashMap<thread::ThreadId, Arc<Mutex<T>>>>,
}

/// A `Local` of any type, seen from a thread that ends.
trait Forget {
    fn forget(&self, thread: thread::ThreadId);
}

impl<T: Send + 'static> Forget for Shared<T> {
    fn forget(&self, thread: thread::ThreadId) {
        let value = self.values.lock().remove(&thread);
        // Outside the lock: the value's destructor may use this very local.
        drop(value);
    }
}

/// The locals in which the current thread has a value.
struct Used(RefCell<Vec<Weak<dyn Forget>>>);

impl Used {
    fn forget(&self) {
        // A destructor of a value may use further locals: look again until there is none.
        loop {
            let used = self.0.take();
            if used.is_empty() {
                break;
            }
            for local in used.iter().filter_map(Weak::upgrade) {
                local.forget(thread::current().id());
            }
        }
    }
}

impl Drop for Used {
    fn drop(&mut self) {
        self.forget();
    }
}

thread_local! {
    static USED: Used = const { Used(RefCell::new(Vec::new())) };
}

/// Drops the current thread's values before it counts as finished. A thread of others has only the destructor of `USED`.
pub(crate) fn forget_current_thread() {
    USED.with(Used::forget);
}

impl<T: Send + 'static> Local<T> {
    /// A local whose value `init` makes, once a thread, in that thread.
    pub fn new(init: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Local { shared: Arc::new(Shared { init: Box::new(init), values: Mutex::default() }) }
    }

    /// Calls `f` with this thread's value, which is made now if there is none. It never blocks.
    ///
    /// # Panics
    ///
    /// If `f` uses the same local again: there is one value, and it is in use, as with a `RefCell`.
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let value = self.value();
        let mut value = value.try_lock().expect("a Local is used inside its own `with`");
        f(&mut value)
    }

    fn value(&self) -> Arc<Mutex<T>> {
        let me = thread::current().id();
        if let Some(value) = self.shared.values.lock().get(&me) {
            return Arc::clone(value);
        }
        // Without the lock: `init` is not our code.
        let value = Arc::new(Mutex::new((self.shared.init)()));
        let weak: Weak<dyn Forget> = Arc::downgrade(&(Arc::clone(&self.shared) as Arc<dyn Forget>));
        // In a destructor of another `thread_local!` it may be gone: then the value stays until the `Local` is dropped.
        let _ = USED.try_with(|used| used.0.borrow_mut().push(weak));
        // `init` may have used this very local: then that value was first.
        Arc::clone(self.shared.values.lock().entry(me).or_insert(value))
    }
}

impl<T> Local<T> {
    /// Calls `f` with the value of every living thread that has one, in no particular order. As the owner has the local
    /// for itself, no thread is using it.
    pub fn for_each(&mut self, mut f: impl FnMut(&mut T)) {
        for value in self.shared.values.lock().values() {
            f(&mut value.lock());
        }
    }

    /// The values of all living threads that have one, in no particular order.
    pub fn into_values(self) -> Vec<T> {
        let values = std::mem::take(&mut *self.shared.values.lock());
        values.into_values().filter_map(Arc::into_inner).map(Mutex::into_inner).collect()
    }
}

impl<T> fmt::Debug for Local<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").finish_non_exhaustive()
    }
}
