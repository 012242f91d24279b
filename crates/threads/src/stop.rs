//! The flag of the lecture's "stopping" slide, which also wakes a blocked thread.
//!
//! The semantics are those of C++20's `std::stop_source`, `stop_token` and `stop_callback`.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use crate::monitor::{self, Monitor};
use crate::{Interrupted, Limit};
use ungil_sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use ungil_sync::{Arc, thread};

type Callback = Box<dyn FnOnce() + Send>;

struct Shared {
    /// Set once, under the lock of `callbacks`; read without a lock, so that polling costs one load.
    stopped: AtomicBool,
    /// The number of [`StopSource`]s: without a source no thread can request a stop any more. No lock guards it.
    sources: AtomicUsize,
    /// Its own lock guards it. Notified when a stop is requested and each time that a callback has returned.
    callbacks: Monitor<Callbacks>,
}

/// Guarded by the lock of [`Shared::callbacks`].
#[derive(Default)]
struct Callbacks {
    /// The key of the next registration. Grows by one with each, so the map is in order of registration.
    next: u64,
    /// The callbacks that have not run yet.
    waiting: BTreeMap<u64, Callback>,
    /// The key of the callback that runs now, and the thread that runs it.
    running: Option<(u64, thread::ThreadId)>,
}

/// The side that requests a stop. Clones request the same stop.
///
/// Dropping a source does not request a stop.
pub struct StopSource {
    shared: Arc<Shared>,
}

impl StopSource {
    /// A source and its first token.
    ///
    /// ```
    /// use ungil_threads::{spawn, StopSource};
    ///
    /// let (source, stop) = StopSource::new();
    /// let worker = spawn(move || {
    ///     stop.wait(); // blocked: a mere flag could not reach it
    ///     "stopped"
    /// });
    /// source.request_stop();
    /// assert_eq!(worker.join().unwrap(), &"stopped");
    /// ```
    pub fn new() -> (StopSource, StopToken) {
        let shared = Arc::new(Shared {
            stopped: AtomicBool::new(false),
            sources: AtomicUsize::new(1),
            callbacks: Monitor::new(Callbacks::default()),
        });
        (StopSource { shared: Arc::clone(&shared) }, StopToken { shared })
    }

    /// Another token of this source.
    pub fn token(&self) -> StopToken {
        StopToken { shared: Arc::clone(&self.shared) }
    }

    /// Requests a stop: sets the flag, wakes the waiters of the tokens, and runs the callbacks in order of registration,
    /// in this thread. Only the first call does so and returns `true`.
    ///
    /// The request happens before the return of each call that sees the stop.
    ///
    /// # Panics
    ///
    /// If a callback panics: the remaining callbacks still run, then the first panic is resumed.
    pub fn request_stop(&self) -> bool {
        let monitor = &self.shared.callbacks;
        let mut callbacks = monitor.lock();
        // Release: pairs with the Acquire of `stop_requested`, which reads the flag without the lock.
        if self.shared.stopped.swap(true, Ordering::Release) {
            return false;
        }
        monitor.notify_all();
        let mut panic = None;
        while let Some((key, callback)) = callbacks.waiting.pop_first() {
            callbacks.running = Some((key, thread::current().id()));
            drop(callbacks);
            if let Err(payload) = catch_unwind(AssertUnwindSafe(callback)) {
                panic.get_or_insert(payload);
            }
            callbacks = monitor.lock();
            callbacks.running = None;
            monitor.notify_all();
        }
        drop(callbacks);
        if let Some(payload) = panic {
            resume_unwind(payload);
        }
        true
    }

    /// Whether a stop was requested, through this source or a clone.
    #[inline]
    pub fn stop_requested(&self) -> bool {
        self.shared.stop_requested()
    }
}

impl Clone for StopSource {
    fn clone(&self) -> Self {
        // Relaxed: an increment publishes nothing, as in `Arc`.
        self.shared.sources.fetch_add(1, Ordering::Relaxed);
        StopSource { shared: Arc::clone(&self.shared) }
    }
}

impl Drop for StopSource {
    fn drop(&mut self) {
        // Release: a thread that reads 0 sources also sees a stop that the last source requested.
        self.shared.sources.fetch_sub(1, Ordering::Release);
    }
}

/// The side that is asked to stop: it polls, waits for the stop, or registers a callback. Clones see the same stop.
#[derive(Clone)]
pub struct StopToken {
    shared: Arc<Shared>,
}

impl StopToken {
    /// Whether a stop was requested: one load, cheap enough for a loop.
    ///
    /// If it was, the request happens before the return of this call.
    #[inline]
    pub fn stop_requested(&self) -> bool {
        self.shared.stop_requested()
    }

    /// Whether a stop was requested or still can be: `false` once every source is dropped without a request.
    pub fn stop_possible(&self) -> bool {
        // The sources first: the last source may request a stop and be dropped between the two loads.
        self.shared.sources.load(Ordering::Acquire) > 0 || self.stop_requested()
    }

    /// Blocks until a stop is requested.
    pub fn wait(&self) {
        // Without a limit it cannot fail.
        let _ = self.wait_until(Limit::none());
    }

    /// Blocks until a stop is requested, at most for `timeout`: a sleep that a stop ends early.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Timeout`] if no stop came in that time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ungil_threads::{Interrupted, StopSource};
    ///
    /// let (source, stop) = StopSource::new();
    /// assert_eq!(stop.wait_timeout(Duration::from_millis(1)), Err(Interrupted::Timeout));
    /// source.request_stop();
    /// assert_eq!(stop.wait_timeout(Duration::MAX), Ok(()));
    /// ```
    pub fn wait_timeout(&self, timeout: Duration) -> Result<(), Interrupted> {
        self.wait_until(timeout)
    }

    /// Blocks until a stop of this token is requested, or `limit` is reached. A token in `limit` is a different token.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] says which part of `limit` was reached first.
    pub fn wait_until(&self, limit: impl Into<Limit>) -> Result<(), Interrupted> {
        if self.stop_requested() {
            return Ok(());
        }
        let ready = |_: &Callbacks| self.stop_requested().then_some(());
        monitor::wait_until(&self.shared, |shared| &shared.callbacks, &limit.into(), ready)
    }

    /// Calls `f` once when a stop is requested, in the thread that requests it. If a stop was requested already, calls
    /// `f` at once, in this thread. Dropping the [`Registration`] removes the callback.
    ///
    /// A callback can wake a thread that blocks in another library: it closes the socket, notifies the condition
    /// variable or puts a last item.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use ungil_threads::{spawn, StopSource};
    ///
    /// let (source, stop) = StopSource::new();
    /// let (sender, receiver) = mpsc::channel::<()>();
    /// let _wake = stop.on_stop(move || drop(sender)); // ends the blocking `recv` below
    /// let worker = spawn(move || receiver.recv().is_err());
    /// source.request_stop();
    /// assert_eq!(worker.join().unwrap(), &true);
    /// ```
    pub fn on_stop(&self, f: impl FnOnce() + Send + 'static) -> Registration {
        let mut callbacks = self.shared.callbacks.lock();
        let key = callbacks.next;
        callbacks.next += 1;
        if self.shared.stopped.load(Ordering::Relaxed) {
            // Relaxed: the flag is only written under the lock that this thread has held.
            drop(callbacks);
            f();
        } else {
            callbacks.waiting.insert(key, Box::new(f));
        }
        Registration { shared: Arc::clone(&self.shared), key }
    }
}

impl Shared {
    #[inline]
    fn stop_requested(&self) -> bool {
        // Acquire: pairs with the Release of `request_stop`.
        self.stopped.load(Ordering::Acquire)
    }
}

/// Keeps a callback of [`StopToken::on_stop`] registered.
///
/// Dropping it removes the callback: once the drop returns, the callback has either returned or will never be called.
/// The drop waits for the callback if another thread is running it, so do not drop a registration while holding a lock
/// that the callback takes. A callback may drop its own registration.
#[must_use = "the callback is removed when this is dropped"]
pub struct Registration {
    shared: Arc<Shared>,
    /// The callback's key in [`Callbacks`]. Immutable.
    key: u64,
}

impl Drop for Registration {
    fn drop(&mut self) {
        let monitor = &self.shared.callbacks;
        let mut callbacks = monitor.lock();
        let unused = callbacks.waiting.remove(&self.key);
        let me = thread::current().id();
        while callbacks.running.is_some_and(|(key, runner)| key == self.key && runner != me) {
            callbacks = monitor.wait(callbacks, None);
        }
        drop(callbacks);
        // Outside the lock: the closure's captured values may run any code when they are dropped.
        drop(unused);
    }
}

impl fmt::Debug for StopSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StopSource").field("stop_requested", &self.stop_requested()).finish()
    }
}

impl fmt::Debug for StopToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StopToken").field("stop_requested", &self.stop_requested()).finish()
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration").finish_non_exhaustive()
    }
}
