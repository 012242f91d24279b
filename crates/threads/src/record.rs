//! The life of one thread: New, Starting, Running, Finished; what others may know of it; how they wait for
//! its end.

use std::fmt;
use std::num::NonZeroU64;
use std::time::Duration;

use crate::monitor::{self, Monitor};
use crate::{Interrupted, JoinError, Limit, StartError, name, registry, sys};
use ungil_sync::atomic::{AtomicBool, Ordering};
use ungil_sync::{Arc, Mutex, OnceLock, thread, wait_for};

/// A thread's number in this process: 1 is the main thread, the others follow in the order of their start. It
/// is never used again, unlike Python's `ident`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ident(pub(crate) NonZeroU64);

impl Ident {
    /// The number, from 1.
    pub fn get(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// `start` was not called yet.
    New,
    /// The operating system has been asked; it may still refuse, and then the thread is New again.
    Starting,
    Running,
    /// The result is there, locals are dropped. Only the destructors of `thread_local!`s may still run.
    Finished,
}

/// All that is known of one thread, shared by its handles, the registry and the thread itself.
pub(crate) struct Record {
    /// May change at any time. Also held while `native_id` is set, so that a new name reaches the kernel for
    /// certain.
    name: Mutex<Name>,
    /// Only changes while the thread is New, under the lock of `life`.
    daemon: AtomicBool,
    /// Given at the start, readable for ever.
    pub(crate) ident: OnceLock<Ident>,
    /// Set by the thread itself, as its first act; `None` inside where the platform has none.
    native_id: OnceLock<Option<u64>>,
    life: Monitor<Life>,
    /// A join without a limit waits for the operating system's thread too, as in std. `None`: scoped,
    /// foreign, or already joined. Locked by the starter until it is in place.
    os_thread: Mutex<Option<thread::JoinHandle<()>>>,
}

struct Name {
    text: String,
    /// Since the operating system was told: then the thread itself has to tell it, as its first act.
    changed: bool,
}

impl Record {
    pub(crate) fn new(name: String, daemon: bool) -> Arc<Record> {
        Arc::new(Record {
            name: Mutex::new(Name { text: name, changed: false }),
            daemon: AtomicBool::new(daemon),
            ident: OnceLock::new(),
            native_id: OnceLock::new(),
            life: Monitor::new(Life::New),
            os_thread: Mutex::new(None),
        })
    }

    /// The record of a thread that others have started: it is running already.
    pub(crate) fn of_running(
        name: String,
        daemon: bool,
        ident: Ident,
        native_id: Option<u64>,
    ) -> Arc<Record> {
        let record = Record::new(name, daemon);
        record.ident.get_or_init(|| ident);
        record.native_id.get_or_init(|| native_id);
        *record.life.lock() = Life::Running;
        record
    }

    pub(crate) fn is_daemon(&self) -> bool {
        // Relaxed: it never changes once the thread is registered, and the registry's lock orders that.
        self.daemon.load(Ordering::Relaxed)
    }

    /// Enters the registry and asks the operating system for a thread by `spawn`. If that fails, nothing has
    /// happened.
    pub(crate) fn start(
        self: &Arc<Self>,
        stack_size: Option<usize>,
        spawn: impl FnOnce(thread::Builder) -> std::io::Result<Option<thread::JoinHandle<()>>>,
    ) -> Result<(), StartError> {
        {
            let mut life = self.life.lock();
            if *life != Life::New {
                return Err(StartError::AlreadyStarted);
            }
            *life = Life::Starting;
        }
        let started = registry::enter(self).and_then(|()| {
            let mut os_thread = self.os_thread.lock();
            let mut name = self.name.lock();
            name.changed = false;
            let mut builder = thread::Builder::new().name(name::for_os(&name.text));
            drop(name);
            if let Some(bytes) = stack_size {
                builder = builder.stack_size(bytes);
            }
            *os_thread = spawn(builder).map_err(StartError::Os)?;
            Ok(())
        });
        match started {
            Ok(()) => self.now_running(),
            Err(_) => {
                registry::leave(self);
                self.set_life(Life::New);
            }
        }
        started
    }

    /// Called by the starter and by the thread itself: after the first of the two calls, both find the thread alive.
    fn now_running(&self) {
        let mut life = self.life.lock();
        if *life == Life::Starting {
            *life = Life::Running;
        }
    }

    /// The thread's first act.
    pub(crate) fn enter_thread(&self) {
        self.now_running();
        let native_id = sys::native_id();
        let name = self.name.lock();
        if let Some(native_id) = native_id
            && name.changed
        {
            sys::rename(native_id, &name.text);
        }
        // Last: a waiter may read the thread's name in the kernel at once.
        self.native_id.get_or_init(|| native_id);
    }

    pub(crate) fn is_finished(&self) -> bool {
        *self.life.lock() == Life::Finished
    }

    pub(crate) fn finish(&self) {
        self.set_life(Life::Finished);
    }

    fn set_life(&self, new: Life) {
        *self.life.lock() = new;
        self.life.notify_all();
    }

    /// Blocks until the thread has finished.
    pub(crate) fn wait_finished(self: &Arc<Self>, limit: &Limit) -> Result<(), JoinError> {
        if registry::is_current(self) {
            return Err(JoinError::WouldDeadlock);
        }
        let ready = |life: &Life| match life {
            Life::New => Some(Err(JoinError::NotStarted)),
            Life::Starting | Life::Running => None,
            Life::Finished => Some(Ok(())),
        };
        monitor::wait_until(self, |record| &record.life, limit, ready)?
    }

    /// Blocks until the thread has finished and the operating system's thread, whose last act may be the
    /// destructors of `thread_local!`s, is gone.
    ///
    /// The first joiner waits for the latter alone: waking it for the former too would cost a switch between
    /// threads.
    pub(crate) fn wait_gone(self: &Arc<Self>) -> Result<(), JoinError> {
        if !registry::is_current(self) && !registry::thread_is_ending() {
            // Other joiners wait for the lock meanwhile.
            let mut os_thread = self.os_thread.lock();
            if let Some(handle) = os_thread.take() {
                // The panic of a destructor was reported when it happened; the thread's result is in its
                // packet.
                let _ = handle.join();
            }
        }
        self.wait_finished(&Limit::none())
    }
}

/// A thread as any other thread may know it: what [`current`](crate::current) and
/// [`enumerate`](crate::enumerate) give. Clones are the same thread; so are two that compare equal.
#[derive(Clone)]
pub struct ThreadInfo {
    pub(crate) record: Arc<Record>,
}

impl ThreadInfo {
    /// The thread's name. Names need not be unique.
    pub fn name(&self) -> String {
        self.record.name.lock().text.clone()
    }

    /// Renames the thread, before its start or while it runs. On Linux the operating system's name changes
    /// with it, cut to 15 bytes.
    pub fn set_name(&self, name: impl Into<String>) {
        let mut current = self.record.name.lock();
        *current = Name { text: name.into(), changed: true };
        if let Some(&Some(native_id)) = self.record.native_id.get()
            && self.is_alive()
        {
            sys::rename(native_id, &current.text);
        }
    }

    /// The thread's number; `None` before its start. It stays readable when the thread has finished.
    pub fn ident(&self) -> Option<Ident> {
        match *self.record.life.lock() {
            // A start that failed has left a number.
            Life::New | Life::Starting => None,
            Life::Running | Life::Finished => self.record.ident.get().copied(),
        }
    }

    /// The operating system's number for the thread, as `top -H` and `/proc/self/task` show it; it may be
    /// used again when the thread is gone. `None` before the start, and where the platform is not Linux.
    ///
    /// The thread notes it as its first act: just after the start, this call blocks for that moment.
    pub fn native_id(&self) -> Option<u64> {
        match *self.record.life.lock() {
            Life::New | Life::Starting => return None,
            Life::Running | Life::Finished => {}
        }
        *wait_for(&self.record.native_id)
    }

    /// Whether the thread has been started and has not finished.
    pub fn is_alive(&self) -> bool {
        *self.record.life.lock() == Life::Running
    }

    /// Whether the program may end without waiting for this thread: see [`ExitGuard`](crate::ExitGuard).
    pub fn is_daemon(&self) -> bool {
        self.record.is_daemon()
    }

    /// Makes the thread a daemon, or not one. By default it is what its creator is.
    ///
    /// # Errors
    ///
    /// [`StartError::AlreadyStarted`]: only before the start.
    pub fn set_daemon(&self, daemon: bool) -> Result<(), StartError> {
        let life = self.record.life.lock();
        if *life != Life::New {
            return Err(StartError::AlreadyStarted);
        }
        self.record.daemon.store(daemon, Ordering::Relaxed);
        Ok(())
    }

    /// Blocks until the thread has finished and is gone. How it ended, only a [`Thread`](crate::Thread)
    /// knows.
    ///
    /// Joining the main thread waits until an [`ExitGuard`](crate::ExitGuard) is dropped there.
    ///
    /// # Errors
    ///
    /// [`JoinError::NotStarted`], [`JoinError::WouldDeadlock`].
    pub fn join(&self) -> Result<(), JoinError> {
        self.record.wait_gone()
    }

    /// As [`join`](Self::join), for at most `timeout`.
    ///
    /// # Errors
    ///
    /// Also [`JoinError::Interrupted`].
    pub fn join_timeout(&self, timeout: Duration) -> Result<(), JoinError> {
        self.join_until(timeout)
    }

    /// As [`join`](Self::join), but no longer than `limit`; it does not wait for the destructors of
    /// `thread_local!`s.
    ///
    /// # Errors
    ///
    /// Also [`JoinError::Interrupted`].
    pub fn join_until(&self, limit: impl Into<Limit>) -> Result<(), JoinError> {
        self.record.wait_finished(&limit.into())
    }
}

impl From<Interrupted> for JoinError {
    fn from(interrupted: Interrupted) -> Self {
        JoinError::Interrupted(interrupted)
    }
}

impl PartialEq for ThreadInfo {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.record, &other.record)
    }
}

impl Eq for ThreadInfo {}

/// `Thread(Thread-1 (countdown), started daemon 2)`: name, life, daemon, ident.
impl fmt::Debug for ThreadInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let life = match *self.record.life.lock() {
            Life::New | Life::Starting => "initial",
            Life::Running => "started",
            Life::Finished => "stopped",
        };
        write!(f, "Thread({}, {life}", self.name())?;
        if self.is_daemon() {
            f.write_str(" daemon")?;
        }
        if let Some(ident) = self.ident() {
            write!(f, " {ident}")?;
        }
        f.write_str(")")
    }
}
