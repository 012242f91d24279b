//! The thread object: it starts once, and is joined by whom one likes, as often as one likes.

use std::fmt;
use std::io;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::panic::ThreadExit;
use crate::record::Record;
use crate::{Builder, Interrupted, Limit, Panic, Runnable, ThreadInfo, excepthook, local, registry};
use ungil_sync::{Arc, Mutex, OnceLock};

/// A thread, and its result. Clones are the same thread; dropping them all detaches it.
///
/// Made not yet started by [`Thread::new`] or [`Builder::build`], as Python's `Thread(target=f)`; or running
/// by [`spawn`](crate::spawn), where "started twice" and "joined before its start" cannot be written down.
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
/// What everybody may know of it, its name and so on, is in [`ThreadInfo`], to which it dereferences.
pub struct Thread<T> {
    info: ThreadInfo,
    packet: Arc<Packet<T>>,
}

/// What goes into the thread and comes out of it.
pub(crate) struct Packet<T> {
    /// Only of a thread that is not started yet: taken in the new thread, so that a failed start does not
    /// lose it.
    body: Mutex<Option<Box<dyn FnOnce() -> T + Send>>>,
    stack_size: Option<usize>,
    /// Set once, before the thread is Finished. Shared by all joiners: hence `T: Sync`.
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
    /// A thread that will run `target` when it is started; its name is given by itself. More by [`Builder`].
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
    /// [`StartError`]. If the operating system refuses, the thread can be started again later.
    pub fn start(&self) -> Result<(), StartError> {
        let (record, packet) = (Arc::clone(&self.info.record), Arc::clone(&self.packet));
        self.info.record.start(packet.stack_size, |builder| {
            let main = move || {
                let body = packet.body.lock().take();
                // Only the one start that succeeds gets here.
                if let Some(body) = body {
                    run(&record, packet, body);
                }
            };
            builder.spawn(main).map(Some)
        })
    }
}

impl<T> Thread<T> {
    /// Blocks until the thread has finished, and gives its result. Any number of threads may join, any number
    /// of times.
    ///
    /// When it returns, the thread is gone, and all that it wrote is visible.
    ///
    /// # Errors
    ///
    /// [`JoinError`], but never `Interrupted`.
    pub fn join(&self) -> Result<&T, JoinError> {
        self.info.join()?;
        self.outcome()
    }

    /// As [`join`](Self::join), for at most `timeout`; any duration is fine, zero only asks.
    ///
    /// # Errors
    ///
    /// [`JoinError::Interrupted`] when the time is up; the thread runs on, and can be joined again.
    pub fn join_timeout(&self, timeout: Duration) -> Result<&T, JoinError> {
        self.join_until(timeout)
    }

    /// As [`join`](Self::join), but no longer than `limit`. The result is there; destructors of
    /// `thread_local!`s, the thread's last act, may still be running.
    ///
    /// # Errors
    ///
    /// Also [`JoinError::Interrupted`].
    pub fn join_until(&self, limit: impl Into<Limit>) -> Result<&T, JoinError> {
        self.info.join_until(limit)?;
        self.outcome()
    }

    /// What to know of the thread without its result, to keep or to send elsewhere.
    pub fn info(&self) -> &ThreadInfo {
        &self.info
    }

    /// The result itself, if the thread has finished well and this is its last handle; otherwise the handle
    /// back.
    ///
    /// ```
    /// let t = ungil_threads::spawn(|| String::from("mine"));
    /// t.join().unwrap();
    /// let result: String = t.try_unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// The handle, unchanged.
    pub fn try_unwrap(self) -> Result<T, Self> {
        if !matches!(self.packet.outcome.get(), Some(Ok(_))) {
            return Err(self);
        }
        let Thread { info, packet } = self;
        match Arc::try_unwrap(packet) {
            Err(packet) => Err(Thread { info, packet }),
            Ok(packet) => match packet.outcome.into_inner() {
                Some(Ok(result)) => Ok(result),
                // Looked at above; it is set only once.
                _ => unreachable!("an outcome changed"),
            },
        }
    }

    fn outcome(&self) -> Result<&T, JoinError> {
        let outcome = self.packet.outcome.get().expect("the outcome is set before the thread is Finished");
        outcome.as_ref().map_err(Clone::clone)
    }
}

/// The whole life of a thread of this crate, in that thread.
pub(crate) fn run<T>(record: &Arc<Record>, packet: Arc<Packet<T>>, body: impl FnOnce() -> T) {
    /// Whatever panics below, even a destructor: joiners must wake.
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
    // Nobody else sets it.
    let _ = packet.outcome.set(outcome);
    // Before the end, so that the last joiner can unwrap the result.
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
    /// It was started before: threads can only be started once.
    AlreadyStarted,
    /// The program's exit has already waited for all threads; see [`ExitGuard`](crate::ExitGuard).
    ShuttingDown,
    /// The operating system has refused, for want of memory or because of a limit.
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

/// Why a join gives no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinError {
    /// The thread was not started yet; waiting for it could last for ever.
    NotStarted,
    /// A thread cannot wait for its own end.
    WouldDeadlock,
    /// The thread ended by a panic that nobody caught.
    Panicked(Panic),
    /// The thread ended by [`exit_thread`](crate::exit_thread).
    Exited,
    /// The thread still runs, but the limit of the join is reached.
    Interrupted(Interrupted),
}

impl JoinError {
    /// The panic, if it was one.
    pub fn panic(&self) -> Option<&Panic> {
        match self {
            JoinError::Panicked(panic) => Some(panic),
            _ => None,
        }
    }

    /// What of the limit came first, if the thread still runs.
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
