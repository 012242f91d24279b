//! A value of its own for each thread: Python's `threading.local`.

use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use ungil_sync::{Arc, Counter, Mutex, Weak, thread, thread_local};

/// One value a thread, made when the thread first asks, dropped when the thread ends.
///
/// Unlike `thread_local!` it is an ordinary value: there can be many, in fields or in an `Arc`, and when a
/// `Local` is dropped the values of all threads go with it.
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
    /// Under which threads find their value; never used again.
    key: u64,
    init: Box<dyn Fn() -> T + Send + Sync>,
    /// Owns the values. Only locked when a thread makes or loses its value, so threads do not meet here.
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

/// The current thread's value in one local. Weak, so that it goes with the local.
struct Mine {
    /// A `Mutex<T>`.
    value: Weak<dyn Any + Send + Sync>,
    local: Weak<dyn Forget>,
}

/// The current thread's values by the key of their local.
struct Values(RefCell<BTreeMap<u64, Mine>>);

impl Values {
    fn get(&self, key: u64) -> Option<Arc<dyn Any + Send + Sync>> {
        self.0.borrow().get(&key)?.value.upgrade()
    }

    fn insert(&self, key: u64, mine: Mine) {
        let mut values = self.0.borrow_mut();
        // Now and then, here: those whose local is gone.
        values.retain(|_, mine| mine.local.strong_count() > 0);
        values.insert(key, mine);
    }

    fn forget(&self) {
        // A destructor of a value may use further locals: look again until there is none.
        loop {
            let values = self.0.take();
            if values.is_empty() {
                break;
            }
            for local in values.values().filter_map(|mine| mine.local.upgrade()) {
                local.forget(thread::current().id());
            }
        }
    }
}

impl Drop for Values {
    fn drop(&mut self) {
        self.forget();
    }
}

thread_local! {
    static VALUES: Values = const { Values(RefCell::new(BTreeMap::new())) };
}

/// Drops the current thread's values before it counts as finished. A thread of others has only the destructor
/// of `VALUES`.
pub(crate) fn forget_current_thread() {
    VALUES.with(Values::forget);
}

impl<T: Send + 'static> Local<T> {
    /// A local whose value `init` makes, once a thread, in that thread.
    pub fn new(init: impl Fn() -> T + Send + Sync + 'static) -> Self {
        static KEYS: Counter = Counter::from(0);
        let key = KEYS.next();
        Local { shared: Arc::new(Shared { key, init: Box::new(init), values: Mutex::default() }) }
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
        let mine = VALUES.try_with(|values| values.get(self.shared.key)).ok().flatten();
        match mine.map(Arc::downcast) {
            Some(Ok(value)) => value,
            _ => self.make(),
        }
    }

    fn make(&self) -> Arc<Mutex<T>> {
        let me = thread::current().id();
        // There is one already if `VALUES` is destroyed.
        if let Some(value) = self.shared.values.lock().get(&me) {
            return Arc::clone(value);
        }
        // Without the lock: `init` is not our code.
        let new = Arc::new(Mutex::new((self.shared.init)()));
        // `init` may have used this very local: then that value was first.
        let value = Arc::clone(self.shared.values.lock().entry(me).or_insert(new));
        let shared: Weak<Shared<T>> = Arc::downgrade(&self.shared);
        let weak: Weak<Mutex<T>> = Arc::downgrade(&value);
        let mine = Mine { value: weak, local: shared };
        // In a destructor of another `thread_local!` it may be gone: then the value stays until the `Local`
        // is dropped.
        let _ = VALUES.try_with(|values| values.insert(self.shared.key, mine));
        value
    }
}

impl<T> Local<T> {
    /// Calls `f` with the value of every living thread that has one, in no particular order. As the owner has
    /// the local for itself, no thread is using it.
    pub fn for_each(&mut self, mut f: impl FnMut(&mut T)) {
        // Without the lock, as `f` may wait for a thread that ends and takes its value out.
        let values: Vec<_> = self.shared.values.lock().values().cloned().collect();
        for value in values {
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
