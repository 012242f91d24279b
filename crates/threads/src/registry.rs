//! All living threads: those that this crate has started, the main thread, and those of others that have been
//! seen.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::num::NonZeroU64;

use crate::record::Record;
use crate::{Ident, StartError, ThreadInfo, sys};
use ungil_sync::{Arc, Counter, Global, thread_local};

const MAIN: Ident = Ident(NonZeroU64::MIN);

struct Registry {
    /// By ident, which is the order of the starts, the main thread first.
    known: BTreeMap<Ident, Arc<Record>>,
    /// Set when the program's exit has waited for all non-daemons: from then on nobody would wait for a new
    /// one.
    closed: bool,
}

/// Invariant: a started thread is in it from before its first act until it is gone, or until it is about to
/// run its last `thread_local!` destructor, which is ours. When it is Finished before that, it is not shown
/// any more.
static REGISTRY: Global<Registry> = Global::new(|| Registry { known: BTreeMap::new(), closed: false });

thread_local! {
    static CURRENT: OnceCell<Current> = const { OnceCell::new() };
}

struct Current {
    info: ThreadInfo,
    /// Started by somebody else: nobody but this destructor notices its end.
    foreign: bool,
}

/// The first `thread_local!` of a thread of ours, and so the last to be destroyed: std goes backwards.
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
        // Under the lock, so that the order of idents is the order of registration. A failed start keeps its
        // number.
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

/// Makes `record` the calling thread's.
pub(crate) fn set_current(record: &Arc<Record>) {
    let info = ThreadInfo { record: Arc::clone(record) };
    CURRENT.with(|current| {
        current.get_or_init(|| Current { info, foreign: false });
    });
}

/// Whether `record` is the calling thread's. A thread that was never seen has none, so it is nobody's.
pub(crate) fn is_current(record: &Arc<Record>) -> bool {
    // The one record that another thread may have made.
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

/// The thread that calls this. One that this crate did not start becomes known by the call: it is a daemon
/// with the name `Dummy-N`, where Python says `_DummyThread`, and is forgotten when it ends.
///
/// ```
/// let t = std::thread::spawn(|| ungil_threads::current().name());
/// assert!(t.join().unwrap().starts_with("Dummy-"));
/// ```
pub fn current() -> ThreadInfo {
    CURRENT
        .try_with(|current| current.get_or_init(see_current).info.clone())
        // In a destructor of another `thread_local!`: known for this call only.
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

/// The thread that `main` runs in. It is never a daemon.
pub fn main_thread() -> ThreadInfo {
    let main = || Record::of_running("MainThread".to_owned(), false, MAIN, sys::main_native_id());
    let record = REGISTRY.with(|registry| Arc::clone(registry.known.entry(MAIN).or_insert_with(main)));
    ThreadInfo { record }
}

/// All threads that are alive at this moment and known here, in the order of their start; the main thread
/// first, always.
///
/// Threads of others are known once they have called [`current`]; a thread that was not started yet, or that
/// has been joined, is not among them.
pub fn enumerate() -> Vec<ThreadInfo> {
    let main = main_thread();
    let others = |record: &&Arc<Record>| !Arc::ptr_eq(record, &main.record) && !record.is_finished();
    let info = |record: &Arc<Record>| ThreadInfo { record: Arc::clone(record) };
    REGISTRY.with(|registry| {
        std::iter::once(main.clone()).chain(registry.known.values().filter(others).map(info)).collect()
    })
}

/// How many threads [`enumerate`] would give.
pub fn active_count() -> usize {
    enumerate().len()
}

/// The number of the thread that calls this.
pub fn get_ident() -> Ident {
    current().ident().unwrap_or(MAIN)
}

/// The operating system's number for the thread that calls this; `None` where the platform is not Linux.
pub fn get_native_id() -> Option<u64> {
    sys::native_id()
}
