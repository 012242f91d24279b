//! A detector of deadlocks that have not happened yet.
//!
//! Two threads that take the same two locks in different orders can block each other for ever, but rarely do: both have to
//! hold their first lock at the same moment. So with the feature `lock-order`, debug builds note which locks a thread holds
//! when it takes another one. As soon as the orders of all threads so far form a cycle, the detector reports it, although
//! no thread is blocked. It also reports a wait for a [`Condition`](crate::Condition) while the thread holds another lock:
//! the notifying thread may need that lock.
//!
//! The detector notes the blocking calls of [`Lock`](crate::Lock) and [`RLock`](crate::RLock) that have no limit; a call
//! with a limit returns by itself. In release builds the detector is not there.
//!
//! ```
//! # if cfg!(debug_assertions) {
//! use std::sync::{Arc, Mutex};
//! use ungil_primitives::{Lock, lock_order};
//!
//! let reports = Arc::new(Mutex::new(Vec::new()));
//! lock_order::set_hook({
//!     let reports = Arc::clone(&reports);
//!     move |report| reports.lock().unwrap().push(report.to_string())
//! });
//!
//! let (a, b) = (Lock::new('a'), Lock::new('b'));
//! let both = (a.lock(), b.lock());
//! drop(both);
//! let other_way_round = (b.lock(), a.lock()); // one thread, no thread is blocked
//! drop(other_way_round);
//! assert_eq!(reports.lock().unwrap().len(), 1);
//! # }
//! ```

use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(all(debug_assertions, not(ungil_model)))]
mod on;
#[cfg(all(debug_assertions, not(ungil_model)))]
pub(crate) use on::{Node, waits};

#[cfg(not(all(debug_assertions, not(ungil_model))))]
mod off;
#[cfg(not(all(debug_assertions, not(ungil_model))))]
pub(crate) use off::{Node, waits};

/// What the detector has found. Its `Display` has several lines.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Report {
    /// Locks were taken in orders that form a cycle: each link's second lock is the next link's first one.
    Cycle(Vec<Link>),
    /// A thread waits for a condition, and holds another lock meanwhile.
    WaitsWithLock {
        /// The thread's name.
        thread: String,
        /// The other lock.
        holds: Hold,
        /// Where it waits.
        at: &'static Location<'static>,
    },
}

/// A thread held one lock and took another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The thread's name.
    pub thread: String,
    /// What it held.
    pub holds: Hold,
    /// What it took then.
    pub takes: Hold,
}

/// A lock, and where it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// `Lock` or `RLock`.
    pub kind: &'static str,
    /// The type of what it protects.
    pub of: &'static str,
    /// Where it was made.
    pub made: &'static Location<'static>,
    /// Where it was taken.
    pub at: &'static Location<'static>,
}

type Hook = Arc<dyn Fn(&Report) + Send + Sync>;

static HOOK: Mutex<Option<Hook>> = Mutex::new(None);

/// Calls `hook` with each report instead of printing it to stderr: in the thread that completes the cycle, before that
/// thread blocks. A hook may panic, to fail a test. In release builds it is never called.
pub fn set_hook(hook: impl Fn(&Report) + Send + Sync + 'static) {
    let old = HOOK.lock().unwrap_or_else(PoisonError::into_inner).replace(Arc::new(hook));
    // Outside the lock: what the old hook owns may do anything when it is dropped.
    drop(old);
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Report::Cycle(links) => {
                f.write_str("lock order: these can block each other for ever")?;
                links.iter().try_for_each(|Link { thread, holds, takes }| {
                    write!(f, "\n  {thread} has {holds} since {}", holds.at)?;
                    write!(f, "\n    and takes {takes} at {}", takes.at)
                })?;
                f.write_str("\n  Take them in one order everywhere.")
            }
            Report::WaitsWithLock { thread, holds, at } => {
                write!(f, "lock order: {thread} waits for a condition at {at}")?;
                write!(f, "\n  and has {holds} since {}", holds.at)?;
                f.write_str("\n  Who would notify it may need that: release it first.")
            }
        }
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {}<{}> of {}", self.kind, self.of, self.made)
    }
}
