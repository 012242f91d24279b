//! A separate value for each thread: Python's `threading.local`.

use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use ungil_sync::{Arc, Counter, Mutex, Weak, thread, thread_local};

/// One value per thread, made when the thread first uses it, dropped when the thread ends.
///
/// Unlike a `thread_local!`, a `Local` is an ordinary value: a program can make any number of them, in fields or in
/// an `Arc`. When a `Local` is dropped, the values of all threads are dropped with it.
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
    /// The key of this local in each thread's [`VALUES`]. Immutable and never reused.
    key: u64,
    /// Immutable. Called without a lock.
    init: Box<dyn Fn() -> T + Send + Sync>,
    /// Owns the values; its own lock guards the map. Only locked when a thread makes or drops its value, so threads
    /// that use their values do not contend. A value's lock is held by its thread during [`Local::with`].
    values: Mutex<HashMap<thread::ThreadId, Arc<Mutex<T>>>>,
}

/// A `Local` of any type, as a thread that ends uses it.
trait Forget {
    fn forget(&self, thread: thread::ThreadId);
}

impl<T: Send + 'static> Forget for Shared<T> {
    fn forget(&self, thread: thread::ThreadId) {
        let value = self.values.lock().remove(&thread);
        // Outside the lock: the value's destructor may use this local.
        drop(value);
    }
}

/// The current thread's value in one local. Weak, so that the value is dropped with the local.
struct Mine {
    /// A `Mutex<T>` of [`Shared::values`].
    value: Weak<dyn Any + Send + Sync>,
    /// The local, from which the thread removes its value at its end.
    local: Weak<dyn Forget>,
}

/// The current thread's values by the key of their local. Only this thread uses them.
struct Values(RefCell<BTreeMap<u64, Mine>>);

impl Values {
    fn get(&self, key: u64) -> Option<Arc<dyn Any + Send + Sync>> {
        self.0.borrow().get(&key)?.value.upgrade()
    }

    fn insert(&self, key: u64, mine: Mine) {
        let mut values = self.0.borrow_mut();
        // Here and not at each drop of a local: removes the entries of dropped locals.
        values.retain(|_, mine| mine.local.strong_count() > 0);
        values.insert(key, mine);
    }

    fn forget(&self) {
        // A value's destructor may use further locals: repeat until there is no value.
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

/// Drops the current thread's values before the thread counts as finished. In a thread that this crate did not start,
/// the destructor of `VALUES` drops them.
pub(crate) fn forget_current_thread() {
    VALUES.with(Values::forget);
}

impl<T: Send + 'static> Local<T> {
    /// A local. `init` makes each thread's value, in that thread.
    pub fn new(init: impl Fn() -> T + Send + Sync + 'static) -> Self {
        static KEYS: Counter = Counter::from(0);
        let key = KEYS.next();
        Local { shared: Arc::new(Shared { key, init: Box::new(init), values: Mutex::default() }) }
    }

    /// Calls `f` with this thread's value. The first call makes the value. Never blocks.
    ///
    /// # Panics
    ///
    /// If `f` uses the same local again: the value is already borrowed mutably.
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
        // If `VALUES` is destroyed, there may be a value already.
        if let Some(value) = self.shared.values.lock().get(&me) {
            return Arc::clone(value);
        }
        // Without the lock: `init` is the caller's code.
        let new = Arc::new(Mutex::new((self.shared.init)()));
        // If `init` has used this local, the value of that use stays.
        let value = Arc::clone(self.shared.values.lock().entry(me).or_insert(new));
        let shared: Weak<Shared<T>> = Arc::downgrade(&self.shared);
        let weak: Weak<Mutex<T>> = Arc::downgrade(&value);
        let mine = Mine { value: weak, local: shared };
        // In a destructor of another `thread_local!`, `VALUES` may be destroyed: then the value stays until the
        // `Local` is dropped.
        let _ = VALUES.try_with(|values| values.insert(self.shared.key, mine));
        value
    }
}

impl<T> Local<T> {
    /// Calls `f` with the value of every living thread that has one, in no particular order. The exclusive borrow
    /// shows that no thread is using the local.
    pub fn for_each(&mut self, mut f: impl FnMut(&mut T)) {
        // Without the lock: `f` may wait for a thread that ends, and such a thread removes its value.
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
