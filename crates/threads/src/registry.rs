//! All living threads that this crate knows: the threads that it has started, the main thread, and foreign threads that
//! have called [`current`].

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::num::NonZeroU64;

use crate::record::Record;
use crate::{Ident, StartError, ThreadInfo, sys};
use ungil_sync::{Arc, Counter, Global, thread_local};

const MAIN: Ident = Ident(NonZeroU64::MIN);

/// Guarded by the lock of [`REGISTRY`].
struct Registry {
    /// By ident, so in order of the starts, the main thread first.
    known: BTreeMap<Ident, Arc<Record>>,
    /// Set when the program's exit has waited for all non-daemons: no thread would wait for a new one.
    closed: bool,
}

/// Invariant: a started thread is in the registry from before its first act until its last `thread_local!` destructor,
/// which is the one of [`CURRENT`]. [`enumerate`] leaves out a thread that is Finished before that.
static REGISTRY: Global<Registry> = Global::new(|| Registry { known: BTreeMap::new(), closed: false });

thread_local! {
    static CURRENT: OnceCell<Current> = const { OnceCell::new() };
}

struct Current {
    info: ThreadInfo,
    /// The thread was not started by this crate, so only this destructor notices its end.
    foreign: bool,
}

/// In a thread of this crate the first `thread_local!`, and so the last to be destroyed: std destroys them in reverse
/// order.
impl Drop for Current {
    fn drop(&mut self) {
        let record = &self.info.record;
        if self.foreign {
            record.finish();
        }
        if record.ident.get() != Some(&MAIN) {
            leave(record);
        }
    }
}

fn next_ident() -> Ident {
    static NEXT: Counter = Counter::from(MAIN.0.get() + 1);
    Ident(NonZeroU64::new(NEXT.next()).unwrap_or(NonZeroU64::MAX))
}

/// Registers a thread that is about to start, and numbers it.
pub(crate) fn enter(record: &Arc<Record>) -> Result<(), StartError> {
    REGISTRY.with(|registry| {
        if registry.closed {
            return Err(StartError::ShuttingDown);
        }
        // Under the lock, so that idents are in order of registration. After a failed start the thread keeps its number.
        let ident = *record.ident.get_or_init(next_ident);
        registry.known.insert(ident, Arc::clone(record));
        Ok(())
    })
}

pub(crate) fn leave(record: &Record) {
    if let Some(ident) = record.ident.get() {
        drop(REGISTRY.with(|registry| registry.known.remove(ident)));
    }
}

/// Makes `record` the calling thread's record.
pub(crate) fn set_current(record: &Arc<Record>) {
    let info = ThreadInfo { record: Arc::clone(record) };
    CURRENT.with(|current| {
        current.get_or_init(|| Current { info, foreign: false });
    });
}

/// Whether `record` is the calling thread's record. A foreign thread has no record before it calls [`current`].
pub(crate) fn is_current(record: &Arc<Record>) -> bool {
    // Another thread may have made the main thread's record, and the main thread does not know of it then.
    if record.ident.get() == Some(&MAIN) {
        return sys::is_main_thread();
    }
    let same = |current: &OnceCell<Current>| {
        current.get().is_some_and(|current| Arc::ptr_eq(&current.info.record, record))
    };
    CURRENT.try_with(same).unwrap_or(false)
}

/// Whether the calling thread is already running the destructors of its `thread_local!`s.
pub(crate) fn thread_is_ending() -> bool {
    CURRENT.try_with(|_| ()).is_err()
}

/// A non-daemon other than the calling thread that is not gone, if there is one. If not, the registry is
/// closed: no thread can be started any more.
pub(crate) fn next_to_wait_for() -> Option<Arc<Record>> {
    let wait = |record: &&Arc<Record>| {
        !record.is_daemon() && record.ident.get() != Some(&MAIN) && !is_current(record)
    };
    REGISTRY.with(|registry| {
        let found = registry.known.values().find(wait).cloned();
        registry.closed |= found.is_none();
        found
    })
}

/// The calling thread. A thread that this crate did not start enters the registry by this call: as a daemon named
/// `Dummy-N` (Python's `_DummyThread`). It leaves the registry when it ends.
///
/// ```
/// let t = std::thread::spawn(|| ungil_threads::current().name());
/// assert!(t.join().unwrap().starts_with("Dummy-"));
/// ```
pub fn current() -> ThreadInfo {
    CURRENT
        .try_with(|current| current.get_or_init(see_current).info.clone())
        // In a destructor of another `thread_local!`, `CURRENT` may be destroyed: a record for this call only.
        .unwrap_or_else(|_| see_current().info.clone())
}

fn see_current() -> Current {
    if sys::is_main_thread() {
        return Current { info: main_thread(), foreign: false };
    }
    let ident = next_ident();
    let record = Record::of_running(format!("Dummy-{ident}"), true, ident, sys::native_id());
    REGISTRY.with(|registry| registry.known.insert(ident, Arc::clone(&record)));
    Current { info: ThreadInfo { record }, foreign: true }
}

/// The thread that runs `main`. It is never a daemon.
pub fn main_thread() -> ThreadInfo {
    let main = || Record::of_running("MainThread".to_owned(), false, MAIN, sys::main_native_id());
    let record = REGISTRY.with(|registry| Arc::clone(registry.known.entry(MAIN).or_insert_with(main)));
    ThreadInfo { record }
}

/// All living threads of the registry, in order of their start. The main thread is always the first one.
///
/// Threads that this crate did not start are included once they have called [`current`]. Threads that have not started
/// yet or have finished are not included.
pub fn enumerate() -> Vec<ThreadInfo> {
    let main = main_thread();
    let others = |record: &&Arc<Record>| !Arc::ptr_eq(record, &main.record) && !record.is_finished();
    let info = |record: &Arc<Record>| ThreadInfo { record: Arc::clone(record) };
    REGISTRY.with(|registry| {
        std::iter::once(main.clone()).chain(registry.known.values().filter(others).map(info)).collect()
    })
}

/// The number of threads that [`enumerate`] would return.
pub fn active_count() -> usize {
    enumerate().len()
}

/// The number of the calling thread.
pub fn get_ident() -> Ident {
    current().ident().unwrap_or(MAIN)
}

/// The operating system's number for the calling thread; `None` on platforms other than Linux.
pub fn get_native_id() -> Option<u64> {
    sys::native_id()
}
