//! `std::thread` as it is outside a model; inside one, threads of the model.

use std::any::Any;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::engine;
pub use crate::local::LocalKey;
use crate::model::Backend;
use crate::record::{Act, Intent, Place};
use crate::run::Verdict;
use crate::runtime::{self, Id, Runtime, outside};

/// Starts a thread.
///
/// Inside a model, a panic that comes out of the closure is the model's verdict; a panic that the closure
/// catches is ignored.
///
/// # Panics
///
/// If the operating system cannot start a thread.
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    Builder::new().spawn(f).expect("a thread can be started")
}

/// Starts threads with a name.
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until `spawn`"]
pub struct Builder {
    name: Option<String>,
    stack_size: Option<usize>,
}

impl Builder {
    /// A builder without a name, and with std's stack size.
    pub fn new() -> Self {
        Builder::default()
    }

    /// The thread's name, which pictures show too.
    pub fn name(mut self, name: String) -> Self {
        self.name = Some(name);
        self
    }

    /// The stack in bytes. Inside a model it is always 32 KiB.
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.stack_size = Some(bytes);
        self
    }

    /// Starts a thread, see [`spawn`].
    ///
    /// # Errors
    ///
    /// The operating system's. A sixth thread in an execution of a model is its verdict: loom has five in
    /// all, the main thread and ended ones included.
    #[track_caller]
    pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let Some(model) = runtime::here() else {
            let mut builder = std::thread::Builder::new();
            if let Some(name) = self.name {
                builder = builder.name(name);
            }
            if let Some(bytes) = self.stack_size {
                builder = builder.stack_size(bytes);
            }
            return Ok(JoinHandle(HandleInner::Real(builder.spawn(f)?)));
        };
        Ok(spawn_in_model(&model, self.name, f, Place::caller()))
    }
}

fn spawn_in_model<F, T>(model: &Runtime, name: Option<String>, f: F, place: Place) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    if model.shared.settings.backend == Backend::Loom && model.threads() == engine::MAX_THREADS {
        model.decide(Verdict::Unjudged(format!(
            "a sixth thread: an execution has {} in all, the main thread and ended ones included",
            engine::MAX_THREADS
        )));
    }
    let id = model.add_thread(name.clone());
    let handle = model.call(None, Intent::Other("spawn"), place, || {
        engine::spawn(move || {
            let model = runtime::here().expect("a model runs on its own OS thread");
            let value = model.body_of_thread(id.index, f);
            model.end(place);
            value
        })
    });
    model.log(None, Act::Spawn(id.index), place);
    let thread = Thread(ThreadInner::Model(id, name.map(Arc::from)));
    JoinHandle(HandleInner::Model { id, thread, handle })
}

/// The right to wait for a thread. Dropping it detaches the thread.
pub struct JoinHandle<T>(HandleInner<T>);

enum HandleInner<T> {
    Real(std::thread::JoinHandle<T>),
    Model { id: Id, thread: Thread, handle: engine::JoinHandle<Option<T>> },
}

impl<T> JoinHandle<T> {
    /// Blocks until the thread has ended, and returns what its closure returned.
    ///
    /// # Errors
    ///
    /// The panic that ended the thread; never inside a model, where that is the verdict.
    #[track_caller]
    pub fn join(self) -> Result<T, Box<dyn Any + Send + 'static>> {
        match self.0 {
            HandleInner::Real(handle) => {
                outside(&handle);
                handle.join()
            }
            HandleInner::Model { id, handle, .. } => {
                let value = Runtime::of(id).join(id.index, handle, Place::caller())?;
                Ok(value.expect("only the main thread ends without a result"))
            }
        }
    }

    /// The thread.
    pub fn thread(&self) -> Thread {
        match &self.0 {
            HandleInner::Real(handle) => Thread(ThreadInner::Real(handle.thread().clone())),
            HandleInner::Model { thread, .. } => thread.clone(),
        }
    }

    /// Whether the thread's closure has returned. Does not block.
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        match &self.0 {
            HandleInner::Real(handle) => outside(handle).is_finished(),
            HandleInner::Model { id, .. } => Runtime::of(*id).is_finished(id.index, Place::caller()),
        }
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinHandle { .. }")
    }
}

/// A thread: its name, its number, and the means to wake it out of [`park`].
#[derive(Clone, Debug)]
pub struct Thread(ThreadInner);

#[derive(Clone, Debug)]
enum ThreadInner {
    Real(std::thread::Thread),
    Model(Id, Option<Arc<str>>),
}

/// A thread's number; no two threads of a process or of an execution have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThreadId(IdInner);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum IdInner {
    Real(std::thread::ThreadId),
    Model(Id),
}

impl Thread {
    /// The thread's number.
    pub fn id(&self) -> ThreadId {
        ThreadId(match &self.0 {
            ThreadInner::Real(thread) => IdInner::Real(thread.id()),
            ThreadInner::Model(id, _) => IdInner::Model(*id),
        })
    }

    /// The name that the [`Builder`] gave it; `main` for the main thread.
    pub fn name(&self) -> Option<&str> {
        match &self.0 {
            ThreadInner::Real(thread) => thread.name(),
            ThreadInner::Model(_, name) => name.as_deref(),
        }
    }

    /// Gives the thread the permit that its [`park`] waits for. A thread has at most one permit.
    #[track_caller]
    pub fn unpark(&self) {
        match &self.0 {
            ThreadInner::Real(thread) => outside(thread).unpark(),
            ThreadInner::Model(id, _) => Runtime::of(*id).unpark(id.index, Place::caller()),
        }
    }
}

/// The calling thread.
pub fn current() -> Thread {
    Thread(match runtime::here() {
        None => ThreadInner::Real(std::thread::current()),
        Some(model) => {
            let id = model.current();
            ThreadInner::Model(id, model.name(id).map(Arc::from))
        }
    })
}

/// Blocks until the calling thread has a permit, and takes it. May wake spuriously.
#[track_caller]
pub fn park() {
    match runtime::here() {
        None => std::thread::park(),
        Some(model) => model.park(None, Place::caller()),
    }
}

/// Blocks until the calling thread has a permit, and takes it, or until `timeout` has passed. May wake spuriously.
#[track_caller]
pub fn park_timeout(timeout: Duration) {
    match runtime::here() {
        None => std::thread::park_timeout(timeout),
        Some(model) => model.park(Some(timeout), Place::caller()),
    }
}

/// Lets other threads go first; inside a model, at least one that can.
#[track_caller]
pub fn yield_now() {
    match runtime::here() {
        None => std::thread::yield_now(),
        Some(model) => {
            let place = Place::caller();
            model.call(None, Intent::Other("yield_now"), place, engine::yield_now);
            model.log(None, Act::Yield, place);
        }
    }
}

/// Blocks for at least `time`. Inside a model it orders nothing: the other threads may have made any number of
/// steps meanwhile.
#[track_caller]
pub fn sleep(time: Duration) {
    match runtime::here() {
        None => std::thread::sleep(time),
        Some(model) => {
            let place = Place::caller();
            let until = model.now().saturating_add(time);
            model.pend(None, Intent::Other("sleep"), place, || ());
            model.advance(until);
            model.log(None, Act::Sleep, place);
        }
    }
}
