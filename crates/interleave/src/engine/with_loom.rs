//! The engine loom.

use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering;
use std::time::Duration;

pub(crate) use loom::thread::{JoinHandle, Thread as Handle};

/// A schedule point at which two operations on one object conflict: the checker chooses which comes first.
#[derive(Debug)]
pub(crate) struct Point(loom::sync::Condvar);

impl Point {
    pub(crate) fn new() -> Self {
        Point(loom::sync::Condvar::new())
    }

    /// Makes nothing visible: a notification without a waiter.
    pub(crate) fn pass(&self) {
        self.0.notify_all();
    }

    /// Makes the caller's last step an operation on this object, too. No other thread runs in between.
    pub(crate) fn touch(&self) {
        uninterrupted(|| self.pass());
    }
}

/// A [`Point`] that also carries over what was visible to one thread.
///
/// Each releasing thread leaves a lock that it has passed; an acquiring thread passes all of them. Not an atomic:
/// loom takes its creation for a write that every thread has seen. Not a single lock: a releasing thread would
/// see the releases before it.
pub(crate) struct Relay {
    point: Point,
    passed: RefCell<Vec<Lock>>,
}

impl Relay {
    pub(crate) fn new() -> Self {
        Relay { point: Point::new(), passed: RefCell::default() }
    }

    /// What the caller did before is visible to the thread of a later [`acquire`](Self::acquire).
    pub(crate) fn release(&self) {
        self.point.pass();
        let lock = Lock::new();
        uninterrupted(|| lock.pass());
        self.passed.borrow_mut().push(lock);
    }

    pub(crate) fn acquire(&self) {
        self.point.pass();
        let passed = self.passed.take();
        uninterrupted(|| passed.iter().for_each(Lock::pass));
    }
}

/// A lock without data whose guard is kept in it: acquired and released by calls.
pub(crate) struct Lock {
    /// Before the mutex, which it borrows.
    guard: RefCell<Option<loom::sync::MutexGuard<'static, ()>>>,
    mutex: Box<loom::sync::Mutex<()>>,
}

impl Lock {
    pub(crate) fn new() -> Self {
        Lock { guard: RefCell::new(None), mutex: Box::new(loom::sync::Mutex::new(())) }
    }

    /// Blocks until it is free.
    pub(crate) fn acquire(&self) {
        // loom's lock() only says Err for a poisoned mutex, and `release` is never called while a panic
        // unwinds.
        let guard = self.mutex.lock().expect("loom's mutex is not poisoned");
        self.keep(guard);
    }

    /// Acquires the lock if it is free, as part of the caller's last step.
    ///
    /// loom's `try_lock` is not used: it blocks if another thread locks the mutex just before it.
    pub(crate) fn try_acquire(&self) -> bool {
        let free = self.guard.borrow().is_none();
        if free {
            uninterrupted(|| self.acquire());
        }
        free
    }

    fn keep(&self, guard: loom::sync::MutexGuard<'_, ()>) {
        // SAFETY: the guard borrows the boxed mutex, which lives as long as `self`, does not move, and is
        // dropped after the guard.
        let guard: loom::sync::MutexGuard<'static, ()> = unsafe { std::mem::transmute(guard) };
        *self.guard.borrow_mut() = Some(guard);
    }

    fn pass(&self) {
        self.acquire();
        self.release();
    }

    /// Not while a panic unwinds: that would poison loom's mutex, and its next `lock` panics.
    pub(crate) fn release(&self) {
        let guard = self.guard.borrow_mut().take();
        drop(guard);
    }
}

impl Drop for Lock {
    /// Its execution is over, and the checker cannot be told.
    fn drop(&mut self) {
        std::mem::forget(self.guard.take());
    }
}

/// A handle to wake the calling thread.
pub(crate) fn current() -> Handle {
    loom::thread::current()
}

/// Blocks until [`unpark`].
pub(crate) fn park() {
    loom::thread::park();
}

/// Wakes a thread that is in [`park`].
pub(crate) fn unpark(handle: &Handle) {
    handle.unpark();
}

/// Lets other threads go first.
pub(crate) fn yield_now() {
    loom::thread::yield_now();
}

/// Starts a thread. It is not a step of the search: the new thread's first operation is.
pub(crate) fn spawn<T: 'static>(f: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    loom::thread::spawn(f)
}

/// A fence.
pub(crate) fn fence(order: Ordering) {
    loom::sync::atomic::fence(order);
}

/// Runs `f` without offering the checker a choice, for code that must not be interrupted.
pub(crate) fn uninterrupted<R>(f: impl FnOnce() -> R) -> R {
    thread_local! {
        /// It cannot be nested in loom.
        static INSIDE: Cell<bool> = const { Cell::new(false) };
    }
    if INSIDE.replace(true) {
        return f();
    }
    loom::stop_exploring();
    let result = f();
    loom::explore();
    INSIDE.set(false);
    result
}

/// A wait that may end spuriously, once.
pub(crate) struct Fickle {
    notify: loom::sync::Notify,
    /// Passed by the waker and by the woken thread.
    passage: Relay,
}

impl Fickle {
    pub(crate) fn new() -> Self {
        Fickle { notify: loom::sync::Notify::new(), passage: Relay::new() }
    }

    /// Blocks until [`wake`](Self::wake), or returns spuriously after other threads had the chance to go first.
    pub(crate) fn wait(&self) {
        self.notify.wait();
    }

    /// Makes what the caller did visible to the woken thread. Before [`wake`](Self::wake).
    pub(crate) fn wakes(&self) {
        self.passage.release();
    }

    pub(crate) fn wake(&self) {
        self.notify.notify();
    }

    /// Makes what the waker did visible to the caller. Needed if the wait ended spuriously before the waker came.
    pub(crate) fn woken(&self) {
        self.passage.acquire();
    }
}

/// Runs `f` again and again until all its executions with at most `bound` preemptions have been seen, or `time`
/// is over; the caller cannot tell which.
pub(crate) fn search(
    bound: Option<usize>,
    steps: usize,
    time: Duration,
    f: impl Fn() + Send + Sync + 'static,
) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = bound;
    builder.max_branches = steps;
    builder.max_duration = Some(time);
    builder.max_permutations = None;
    builder.checkpoint_file = None;
    // loom checks the time once every `checkpoint_interval` executions.
    builder.checkpoint_interval = 1;
    builder.check(f);
}

/// Finds accesses to one piece of data that are not ordered.
pub(crate) struct Track(loom::cell::UnsafeCell<()>);

impl Track {
    #[track_caller]
    pub(crate) fn new() -> Self {
        Track(loom::cell::UnsafeCell::new(()))
    }

    /// An access that lasts until what this returns is dropped.
    pub(crate) fn read(&self) -> Access {
        Access::Read(self.0.get())
    }

    pub(crate) fn write(&self) -> Access {
        Access::Write(self.0.get_mut())
    }
}

/// An access that lasts until this is dropped.
pub(crate) enum Access {
    Read(#[expect(dead_code, reason = "it is kept for its drop")] loom::cell::ConstPtr<()>),
    Write(#[expect(dead_code, reason = "it is kept for its drop")] loom::cell::MutPtr<()>),
}
