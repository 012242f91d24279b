//! The thread object: it starts once, and any number of threads may join it any number of times.

use std::fmt;
use std::io;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::panic::ThreadExit;
use crate::record::Record;
use crate::{Builder, Interrupted, Limit, Panic, Runnable, ThreadInfo, excepthook, local, registry};
use ungil_sync::{Arc, Mutex, OnceLock};

/// A thread and its result. Clones stand for the same thread; dropping all of them detaches it.
///
/// [`Thread::new`] and [`Builder::build`] make a thread that is not started, like Python's `Thread(target=f)`.
/// [`spawn`](crate::spawn) starts the thread at once, so it cannot be joined before its start.
///
/// ```
/// use ungil_threads::{JoinError, StartError, Thread};
///
/// let t = Thread::new(|| 6 * 7);
/// assert!(matches!(t.join(), Err(JoinError::NotStarted)));
/// t.start()?;
/// assert!(matches!(t.start(), Err(StartError::AlreadyStarted)));
/// assert_eq!(t.join(), Ok(&42));
/// # Ok::<(), StartError>(())
/// ```
///
/// A thread dereferences to its [`ThreadInfo`], which has the name and all else but the result.
pub struct Thread<T> {
    info: ThreadInfo,
    packet: Arc<Packet<T>>,
}

/// The code that a thread runs, and its result.
pub(crate) struct Packet<T> {
    /// Set before the thread is shared, taken by the new thread: a failed start does not lose the body. `None` for a
    /// thread that was spawned. The lock makes the packet `Sync`.
    body: Mutex<Option<Box<dyn FnOnce() -> T + Send>>>,
    /// Immutable.
    stack_size: Option<usize>,
    /// Set once by the thread, before it is Finished. All joiners share it, so `T` must be `Sync`.
    outcome: OnceLock<Result<T, JoinError>>,
}

impl<T> Packet<T> {
    pub(crate) fn new(stack_size: Option<usize>) -> Arc<Self> {
        Arc::new(Packet { body: Mutex::new(None), stack_size, outcome: OnceLock::new() })
    }
}

impl<T> Thread<T> {
    pub(crate) fn from_parts(record: Arc<Record>, packet: Arc<Packet<T>>) -> Self {
        Thread { info: ThreadInfo { record }, packet }
    }
}

impl<T: Send + Sync + 'static> Thread<T> {
    /// Makes a thread that runs `target` once it is started. It has the default name; [`Builder`] makes threads with
    /// other settings.
    pub fn new<R>(target: R) -> Self
    where
        R: Runnable<Output = T> + Send + 'static,
    {
        Builder::new().build(target)
    }

    pub(crate) fn set_body(&self, body: Box<dyn FnOnce() -> T + Send>) {
        *self.packet.body.lock() = Some(body);
    }

    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// [`StartError`] says why not. After [`StartError::Os`] the thread can be started again.
    pub fn start(&self) -> Result<(), StartError> {
        let (record, packet) = (Arc::clone(&self.info.record), Arc::clone(&self.packet));
        self.info.record.start(packet.stack_size, |builder| {
            let main = move || {
                let body = packet.body.lock().take();
                // `None` is impossible: only one start succeeds.
                if let Some(body) = body {
                    run(&record, packet, body);
                }
            };
            builder.spawn(main).map(Some)
        })
    }
}

impl<T> Thread<T> {
    /// Blocks until the thread has finished and the operating system's thread is gone, and returns the result. Any number
    /// of threads may join, any number of times.
    ///
    /// Everything that the thread did happens before the return of the join.
    ///
    /// # Errors
    ///
    /// [`JoinError`], but never [`JoinError::Interrupted`].
    pub fn join(&self) -> Result<&T, JoinError> {
        self.info.join()?;
        self.outcome()
    }

    /// Blocks until the thread has finished, at most for `timeout`, and returns the result. Zero does not block. Unlike
    /// [`join`](Self::join), it does not wait for the destructors of `thread_local!`s, the thread's last act.
    ///
    /// # Errors
    ///
    /// [`JoinError::Interrupted`] if the thread has not finished in that time; it runs on and can be joined again.
    /// Otherwise those of [`join`](Self::join).
    pub fn join_timeout(&self, timeout: Duration) -> Result<&T, JoinError> {
        self.join_until(timeout)
    }

    /// Blocks until the thread has finished, or `limit` is reached, and returns the result. Unlike [`join`](Self::join),
    /// it does not wait for the destructors of `thread_local!`s, the thread's last act.
    ///
    /// # Errors
    ///
    /// [`JoinError::Interrupted`] if `limit` was reached first; the thread runs on and can be joined again. Otherwise
    /// those of [`join`](Self::join).
    pub fn join_until(&self, limit: impl Into<Limit>) -> Result<&T, JoinError> {
        self.info.join_until(limit)?;
        self.outcome()
    }

    /// The thread without its result, to keep or to send to another thread.
    pub fn info(&self) -> &ThreadInfo {
        &self.info
    }

    /// Returns the result by value, if the thread has returned one and this is its last handle.
    ///
    /// ```
    /// let t = ungil_threads::spawn(|| String::from("mine"));
    /// t.join().unwrap();
    /// let result: String = t.try_unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// The handle, if the thread has no result or there are other handles.
    pub fn try_unwrap(self) -> Result<T, Self> {
        if !matches!(self.packet.outcome.get(), Some(Ok(_))) {
            return Err(self);
        }
        let Thread { info, packet } = self;
        match Arc::try_unwrap(packet) {
            Err(packet) => Err(Thread { info, packet }),
            Ok(packet) => match packet.outcome.into_inner() {
                Some(Ok(result)) => Ok(result),
                // Checked above, and the outcome is set only once.
                _ => unreachable!("an outcome changed"),
            },
        }
    }

    fn outcome(&self) -> Result<&T, JoinError> {
        let outcome = self.packet.outcome.get().expect("the outcome is set before the thread is Finished");
        outcome.as_ref().map_err(Clone::clone)
    }
}

/// Runs `body` in a new thread of this crate, and all that comes before and after it.
pub(crate) fn run<T>(record: &Arc<Record>, packet: Arc<Packet<T>>, body: impl FnOnce() -> T) {
    /// Joiners wake even if a destructor below panics.
    struct Finish<'a>(&'a Record);
    impl Drop for Finish<'_> {
        fn drop(&mut self) {
            self.0.finish();
        }
    }
    let _finish = Finish(record);
    registry::set_current(record);
    record.enter_thread();
    let outcome = catch_unwind(AssertUnwindSafe(body)).map_err(|payload| {
        if payload.is::<ThreadExit>() { JoinError::Exited } else { JoinError::Panicked(Panic::new(payload)) }
    });
    let panic = match &outcome {
        Err(JoinError::Panicked(panic)) => Some(panic.clone()),
        _ => None,
    };
    // It cannot fail: no other thread sets the outcome.
    let _ = packet.outcome.set(outcome);
    // Before the thread is Finished, so that the last handle can unwrap the result.
    drop(packet);
    if let Some(panic) = panic {
        excepthook::call(&ThreadInfo { record: Arc::clone(record) }, &panic);
    }
    local::forget_current_thread();
}

impl<T> Clone for Thread<T> {
    fn clone(&self) -> Self {
        Thread { info: self.info.clone(), packet: Arc::clone(&self.packet) }
    }
}

impl<T> Deref for Thread<T> {
    type Target = ThreadInfo;

    fn deref(&self) -> &ThreadInfo {
        &self.info
    }
}

impl<T> fmt::Debug for Thread<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.info.fmt(f)
    }
}

/// Why a thread could not be started.
#[derive(Debug)]
pub enum StartError {
    /// The thread was started before: threads can only be started once.
    AlreadyStarted,
    /// The program's exit has already waited for all threads; see [`ExitGuard`](crate::ExitGuard).
    ShuttingDown,
    /// The operating system has refused: there is too little memory, or a limit is reached.
    Os(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::AlreadyStarted => f.write_str("threads can only be started once"),
            StartError::ShuttingDown => f.write_str("the program is shutting down"),
            StartError::Os(error) => write!(f, "the operating system refuses another thread: {error}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StartError::Os(error) => Some(error),
            _ => None,
        }
    }
}

/// Why a join returns no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinError {
    /// The thread was not started yet; the join could block for ever.
    NotStarted,
    /// A thread cannot wait for its own end.
    WouldDeadlock,
    /// The thread ended by an uncaught panic.
    Panicked(Panic),
    /// The thread ended by [`exit_thread`](crate::exit_thread).
    Exited,
    /// The limit of the join was reached; the thread still runs.
    Interrupted(Interrupted),
}

impl JoinError {
    /// The panic of [`JoinError::Panicked`].
    pub fn panic(&self) -> Option<&Panic> {
        match self {
            JoinError::Panicked(panic) => Some(panic),
            _ => None,
        }
    }

    /// The part of the limit that was reached, of [`JoinError::Interrupted`].
    pub fn interrupted(&self) -> Option<Interrupted> {
        match self {
            JoinError::Interrupted(interrupted) => Some(*interrupted),
            _ => None,
        }
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JoinError::NotStarted => f.write_str("cannot join a thread before it is started"),
            JoinError::WouldDeadlock => f.write_str("cannot join the current thread"),
            JoinError::Panicked(panic) => write!(f, "the thread panicked: {panic}"),
            JoinError::Exited => f.write_str("the thread exited without a result"),
            JoinError::Interrupted(interrupted) => write!(f, "the join {interrupted}"),
        }
    }
}

impl std::error::Error for JoinError {}
