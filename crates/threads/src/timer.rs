//! A closure that runs later, unless it is cancelled: Python's `threading.Timer`.

use std::fmt;
use std::time::Duration;

use crate::{Builder, JoinError, StartError, StopSource, Thread, ThreadInfo};
use ungil_sync::Arc;
use ungil_sync::atomic::{AtomicU8, Ordering};

/// Runs a closure once after an interval, in a thread of its own: Python's `threading.Timer`.
///
/// Dropping a timer does not cancel it. Its thread is a daemon only if its creator is one; otherwise the program's exit
/// waits for it.
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
    /// `None` is the result of a cancelled timer.
    thread: Thread<Option<T>>,
    /// Ends the thread's sleep early.
    cancel: StopSource,
    /// `OPEN` until the timer's thread or a call of `cancel` changes it, once. No lock guards it.
    fate: Arc<AtomicU8>,
}

const OPEN: u8 = 0;
const FIRED: u8 = 1;
const CANCELLED: u8 = 2;

impl<T: Send + Sync + 'static> Timer<T> {
    /// Runs `f` after `interval`, any duration. [`Builder::spawn_after`] makes a timer with other settings.
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
        // The interval begins here, not when the thread runs.
        let limit = crate::Limit::timeout(interval);
        let thread = builder.named_after::<F>().spawn({
            let fate = Arc::clone(&fate);
            move || {
                // The wait ends by a time-out or by `cancel`; only the fate decides.
                let _ = cancelled.wait_until(limit);
                decide(&fate, FIRED).then(f)
            }
        })?;
        Ok(Timer { thread, cancel, fate })
    }
}

impl<T> Timer<T> {
    /// Cancels the timer. Returns `true` if the closure will never run, also if the timer was cancelled before.
    pub fn cancel(&self) -> bool {
        let cancelled = decide(&self.fate, CANCELLED);
        self.cancel.request_stop();
        cancelled
    }

    /// Blocks until the closure has run, and returns its result; `None` if the timer was cancelled.
    ///
    /// # Errors
    ///
    /// [`JoinError::Panicked`] or [`JoinError::Exited`] if the closure ended so; [`JoinError::WouldDeadlock`] if the
    /// closure itself joins.
    pub fn join(&self) -> Result<Option<&T>, JoinError> {
        self.thread.join().map(Option::as_ref)
    }

    /// The timer's thread.
    pub fn info(&self) -> &ThreadInfo {
        self.thread.info()
    }
}

/// Sets the fate to `wanted` if it is still open. Returns whether it is `wanted` now.
fn decide(fate: &AtomicU8, wanted: u8) -> bool {
    // Relaxed: only the order of the attempts matters; they publish nothing.
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
