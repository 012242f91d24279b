//! How to make a thread: its name, whether it is a daemon, how large its stack is.

use std::time::Duration;

#[cfg(not(ungil_model))]
use crate::Scope;
use crate::record::Record;
use crate::thread::{self, Packet};
use crate::{Runnable, StartError, Thread, Timer, name, registry};
use ungil_sync::Arc;

/// Makes threads with other than the default settings.
///
/// ```
/// use ungil_threads::Builder;
///
/// let t = Builder::new().name("number-cruncher").stack_size(256 * 1024).spawn(|| 2 + 2)?;
/// assert_eq!(t.name(), "number-cruncher");
/// assert_eq!(t.join(), Ok(&4));
/// # Ok::<(), ungil_threads::StartError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Builder {
    name: Option<String>,
    daemon: Option<bool>,
    stack_size: Option<usize>,
}

impl Builder {
    /// The default settings.
    pub fn new() -> Self {
        Builder::default()
    }

    /// The thread's name; the default is `Thread-N (target)`. Any text is valid. The operating system gets the
    /// name without NULs, and Linux keeps 15 bytes of it.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Whether the program may end without waiting for the thread, see [`ExitGuard`](crate::ExitGuard). By
    /// default the new thread is a daemon if its creator is one.
    pub fn daemon(mut self, daemon: bool) -> Self {
        self.daemon = Some(daemon);
        self
    }

    /// The size of the thread's stack in bytes. The platform has a minimum and raises a smaller size to it. The
    /// default is std's, 2 MiB.
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.stack_size = Some(bytes);
        self
    }

    /// Makes a thread that [`Thread::start`] starts later.
    pub fn build<R>(self, target: R) -> Thread<R::Output>
    where
        R: Runnable + Send + 'static,
        R::Output: Send + Sync + 'static,
    {
        let thread = Thread::from_parts(self.record::<R>(), Packet::new(self.stack_size));
        thread.set_body(Box::new(move || target.run()));
        thread
    }

    /// Starts a thread.
    ///
    /// # Errors
    ///
    /// [`StartError::Os`] or [`StartError::ShuttingDown`].
    pub fn spawn<R>(self, target: R) -> Result<Thread<R::Output>, StartError>
    where
        R: Runnable + Send + 'static,
        R::Output: Send + Sync + 'static,
    {
        let (thread, main) = self.prepare(target);
        thread.record.start(self.stack_size, |builder| builder.spawn(main).map(Some))?;
        Ok(thread)
    }

    #[cfg(not(ungil_model))]
    /// Starts a thread that may borrow what outlives `scope`. The scope waits for the thread.
    ///
    /// # Errors
    ///
    /// [`StartError::Os`] or [`StartError::ShuttingDown`].
    pub fn spawn_scoped<'scope, R>(
        self,
        scope: Scope<'scope, '_>,
        target: R,
    ) -> Result<Thread<R::Output>, StartError>
    where
        R: Runnable + Send + 'scope,
        R::Output: Send + Sync + 'scope,
    {
        let (thread, main) = self.prepare(target);
        // std's scope waits for the thread, so its handle is not needed.
        let spawn = |builder: ungil_sync::thread::Builder| {
            builder.spawn_scoped(scope.inner(), main).map(|_handle| None)
        };
        thread.record.start(self.stack_size, spawn)?;
        Ok(thread)
    }

    /// Starts a [`Timer`] that runs `f` after `interval`.
    ///
    /// # Errors
    ///
    /// [`StartError::Os`] or [`StartError::ShuttingDown`].
    pub fn spawn_after<F, T>(self, interval: Duration, f: F) -> Result<Timer<T>, StartError>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + Sync + 'static,
    {
        Timer::spawn(self, interval, f)
    }

    /// The thread, and the function that its operating system's thread runs.
    fn prepare<R: Runnable>(&self, target: R) -> (Thread<R::Output>, impl FnOnce() + use<R>) {
        let (record, packet) = (self.record::<R>(), Packet::new(self.stack_size));
        let thread = Thread::from_parts(Arc::clone(&record), Arc::clone(&packet));
        (thread, move || thread::run(&record, packet, move || target.run()))
    }

    /// Sets the default name for `R` if the caller has chosen no name.
    pub(crate) fn named_after<R: Runnable>(self) -> Self {
        let name = self.name.unwrap_or_else(|| name::default(R::target_name()));
        Builder { name: Some(name), ..self }
    }

    fn record<R: Runnable>(&self) -> Arc<Record> {
        let name = self.name.clone().unwrap_or_else(|| name::default(R::target_name()));
        Record::new(name, self.daemon.unwrap_or_else(|| registry::current().is_daemon()))
    }
}

/// Starts a thread with the default settings: `Builder::new().spawn(target)`.
///
/// # Panics
///
/// If the thread cannot be started; [`Builder::spawn`] returns an error instead.
pub fn spawn<R>(target: R) -> Thread<R::Output>
where
    R: Runnable + Send + 'static,
    R::Output: Send + Sync + 'static,
{
    Builder::new().spawn(target).expect("a thread can be started")
}
