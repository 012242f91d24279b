//! The life of one thread: New, Starting, Running, Finished; the data that other threads can read; how they wait for
//! the thread's end.

use std::fmt;
use std::num::NonZeroU64;
use std::time::Duration;

use crate::monitor::{self, Monitor};
use crate::{Interrupted, JoinError, Limit, StartError, name, registry, sys};
use ungil_sync::atomic::{AtomicBool, Ordering};
use ungil_sync::{Arc, Mutex, OnceLock, thread, wait_for};

/// A thread's number in this process: 1 is the main thread, the others follow in the order of their start. Unlike
/// Python's `ident`, a number is never reused.
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
    /// The operating system has been asked for a thread. If it refuses, the thread is New again.
    Starting,
    Running,
    /// The result is set, and locals are dropped. Only the destructors of `thread_local!`s may still run.
    Finished,
}

/// The data of one thread, shared by its handles, the registry and the thread itself.
pub(crate) struct Record {
    /// May change at any time. The thread holds this lock while it sets `native_id`, so that a new name always reaches
    /// the kernel.
    name: Mutex<Name>,
    /// Only changes while the thread is New, under the lock of `life`.
    daemon: AtomicBool,
    /// Set once: under the registry's lock at the first start, or when the record of a running thread is made.
    pub(crate) ident: OnceLock<Ident>,
    /// Set once, under the lock of `name`, as the thread's first act. `None` inside: the platform has no such number.
    native_id: OnceLock<Option<u64>>,
    /// Its own lock guards it. Notified when the thread is Finished, or New again.
    life: Monitor<Life>,
    /// A join without a limit waits for the operating system's thread too, as in std. `None`: scoped, foreign, or
    /// already joined. The starter holds this lock until the handle is in place; the joiner holds it while it joins.
    os_thread: Mutex<Option<thread::JoinHandle<()>>>,
}

/// Guarded by the lock of [`Record::name`].
struct Name {
    text: String,
    /// Whether the name has changed since the start. Then the thread passes it to the operating system in its first act.
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

    /// The record of a thread that this crate did not start, and that already runs.
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
        // Relaxed: the flag never changes once the thread is registered, and the registry's lock orders that change.
        self.daemon.load(Ordering::Relaxed)
    }

    /// Enters the registry, and makes the operating system's thread with `spawn`. If that fails, the thread is New again
    /// and not in the registry.
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

    /// Called by the starter and by the thread: after the first of the two calls, both find the thread alive.
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
        // Last: a thread that waits for the number may read the thread's name in the kernel at once.
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

    /// Blocks until the thread has finished and the operating system's thread is gone. The destructors of
    /// `thread_local!`s run between these two events.
    ///
    /// The first joiner waits only for the operating system's thread: a wake-up for the first event would cost another
    /// switch between threads.
    pub(crate) fn wait_gone(self: &Arc<Self>) -> Result<(), JoinError> {
        if !registry::is_current(self) && !registry::thread_is_ending() {
            // Meanwhile other joiners wait for the lock.
            let mut os_thread = self.os_thread.lock();
            if let Some(handle) = os_thread.take() {
                // std's hook has reported a destructor's panic, and the thread's result is in its packet.
                let _ = handle.join();
            }
        }
        self.wait_finished(&Limit::none())
    }
}

/// A thread without its result, as [`current`](crate::current) and [`enumerate`](crate::enumerate) return it. Clones
/// stand for the same thread and compare equal.
#[derive(Clone)]
pub struct ThreadInfo {
    pub(crate) record: Arc<Record>,
}

impl ThreadInfo {
    /// The thread's name. Names need not be unique.
    pub fn name(&self) -> String {
        self.record.name.lock().text.clone()
    }

    /// Renames the thread, before its start or while it runs. On Linux the operating system's name changes too; it is
    /// cut to 15 bytes.
    pub fn set_name(&self, name: impl Into<String>) {
        let mut current = self.record.name.lock();
        *current = Name { text: name.into(), changed: true };
        if let Some(&Some(native_id)) = self.record.native_id.get()
            && self.is_alive()
        {
            sys::rename(native_id, &current.text);
        }
    }

    /// The thread's number; `None` before its start. The number stays readable after the thread's end.
    pub fn ident(&self) -> Option<Ident> {
        match *self.record.life.lock() {
            // A failed start has left a number.
            Life::New | Life::Starting => None,
            Life::Running | Life::Finished => self.record.ident.get().copied(),
        }
    }

    /// The operating system's number for the thread, as `top -H` and `/proc/self/task` show it. The system may reuse the
    /// number when the thread is gone. `None` before the start, and on platforms other than Linux.
    ///
    /// The thread sets its number in its first act. Just after the start, this call blocks until then.
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

    /// Sets whether the thread is a daemon. By default it is a daemon if its creator is one.
    ///
    /// # Errors
    ///
    /// [`StartError::AlreadyStarted`] after the start.
    pub fn set_daemon(&self, daemon: bool) -> Result<(), StartError> {
        let life = self.record.life.lock();
        if *life != Life::New {
            return Err(StartError::AlreadyStarted);
        }
        self.record.daemon.store(daemon, Ordering::Relaxed);
        Ok(())
    }

    /// Blocks until the thread has finished and the operating system's thread is gone. Only
    /// [`Thread::join`](crate::Thread::join) also returns the thread's result.
    ///
    /// A join of the main thread blocks until an [`ExitGuard`](crate::ExitGuard) is dropped in it.
    ///
    /// # Errors
    ///
    /// [`JoinError::NotStarted`] before the start, [`JoinError::WouldDeadlock`] if the caller is the thread itself.
    pub fn join(&self) -> Result<(), JoinError> {
        self.record.wait_gone()
    }

    /// Blocks until the thread has finished, at most for `timeout`. Unlike [`join`](Self::join), it does not wait for the
    /// destructors of `thread_local!`s.
    ///
    /// # Errors
    ///
    /// [`JoinError::Interrupted`] if the thread has not finished in that time; [`JoinError::NotStarted`] before the start,
    /// [`JoinError::WouldDeadlock`] if the caller is the thread itself.
    pub fn join_timeout(&self, timeout: Duration) -> Result<(), JoinError> {
        self.join_until(timeout)
    }

    /// Blocks until the thread has finished, or `limit` is reached. Unlike [`join`](Self::join), it does not wait for the
    /// destructors of `thread_local!`s.
    ///
    /// # Errors
    ///
    /// [`JoinError::Interrupted`] if `limit` was reached first; [`JoinError::NotStarted`] before the start,
    /// [`JoinError::WouldDeadlock`] if the caller is the thread itself.
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
