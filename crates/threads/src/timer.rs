//! Something that happens later, unless it is cancelled.

use std::fmt;
use std::time::Duration;

use crate::{Builder, JoinError, StartError, StopSource, Thread, ThreadInfo};
use ungil_sync::Arc;
use ungil_sync::atomic::{AtomicU8, Ordering};

/// Runs a closure once after an interval, in a thread of its own: Python's `threading.Timer`.
///
/// Dropping it does not cancel it. It is no daemon, unless its creator is: the program's exit waits for it.
///
/// ```
/// use std::time::Duration;
/// use ungil_threads::Timer;
///
/// let soon = Timer::after(Duration::from_millis(1), || "boom");
/// let never = Timer::after(Duration::MAX, || "never");
/// assert!(never.cancel());
/// assert_eq!(soon.join(), Ok(Some(&"boom")));
/// assert_eq!(never.join(), Ok(None));
/// ```
pub struct Timer<T> {
    thread: Thread<Option<T>>,
    /// Wakes the thread before its time.
    cancel: StopSource,
    /// What will become of it: the firing thread or a call of `cancel` decides, whichever comes first.
    fate: Arc<AtomicU8>,
}

const OPEN: u8 = 0;
const FIRED: u8 = 1;
const CANCELLED: u8 = 2;

impl<T: Send + Sync + 'static> Timer<T> {
    /// Runs `f` after `interval`, any duration. Settings by [`Builder::spawn_after`].
    ///
    /// # Panics
    ///
    /// If the thread cannot be started.
    pub fn after(interval: Duration, f: impl FnOnce() -> T + Send + 'static) -> Self {
        Builder::new().spawn_after(interval, f).expect("a thread can be started")
    }

    pub(crate) fn spawn<F>(builder: Builder, interval: Duration, f: F) -> Result<Self, StartError>
    where
        F: FnOnce() -> T + Send + 'static,
    {
        let (cancel, cancelled) = StopSource::new();
        let fate = Arc::new(AtomicU8::new(OPEN));
        // The interval counts from here, not from when the thread gets to run.
        let limit = crate::Limit::timeout(interval);
        let thread = builder.named_after::<F>().spawn({
            let fate = Arc::clone(&fate);
            move || {
                // Stopped early or not, fate decides.
                let _ = cancelled.wait_until(limit);
                decide(&fate, FIRED).then(f)
            }
        })?;
        Ok(Timer { thread, cancel, fate })
    }
}

impl<T> Timer<T> {
    /// Cancels the timer: `true` if the closure has not begun and now never will, also when it was cancelled
    /// before.
    pub fn cancel(&self) -> bool {
        let cancelled = decide(&self.fate, CANCELLED);
        self.cancel.request_stop();
        cancelled
    }

    /// Blocks until the closure has run, or the timer was cancelled: then `None`.
    ///
    /// # Errors
    ///
    /// [`JoinError::Panicked`], [`JoinError::Exited`]; [`JoinError::WouldDeadlock`] in the closure itself.
    pub fn join(&self) -> Result<Option<&T>, JoinError> {
        self.thread.join().map(Option::as_ref)
    }

    /// The timer's thread.
    pub fn info(&self) -> &ThreadInfo {
        self.thread.info()
    }
}

/// Whether the fate is `wanted`, now or already.
fn decide(fate: &AtomicU8, wanted: u8) -> bool {
    // Relaxed: only the order of the attempts matters, nothing is published by it.
    match fate.compare_exchange(OPEN, wanted, Ordering::Relaxed, Ordering::Relaxed) {
        Ok(_) => true,
        Err(decided) => decided == wanted,
    }
}

impl<T> fmt::Debug for Timer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Timer").field(&self.thread).finish()
    }
}
