//! What an interpreter asks of its global lock.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use ungil_vtime::Platform;

use crate::GilEvent;

/// Where in a program a thread asks whether it [should yield](Gil::should_yield).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Before each instruction.
    Instruction,
    /// When a loop goes back to its beginning.
    BackEdge,
    /// When a Python function is entered, and after a native function was called.
    Call,
}

/// The lock that the threads of an interpreter share: its holder may touch objects.
///
/// A thread that runs Python code holds the GIL, and asks at each [`Point`] whether it
/// [`should_yield`](Self::should_yield). For input and output, and for native code that touches no object, the thread
/// drops the GIL: see [`allow_threads`].
///
/// # Safety
///
/// If [`EXCLUSIVE`](Self::EXCLUSIVE) is true, then between the return of `take_gil` and the call of `drop_gil` by the same
/// thread no other thread returns from `take_gil`, and a `drop_gil` happens before the next `take_gil` returns. The
/// interpreter relies on this: it counts references without atomics, and changes lists without locks.
pub unsafe trait Gil: Send + Sync + 'static {
    /// What the GIL is built from: real threads, virtual time, or the model checker.
    type Platform: Platform;

    /// What the GIL keeps for each thread.
    type Thread: Send + Sync;

    /// Whether at most one thread holds the GIL at a time.
    const EXCLUSIVE: bool;

    /// The platform that the GIL was made for.
    fn platform(&self) -> &Self::Platform;

    /// Called once by each thread, before it takes the GIL for the first time.
    fn thread(&self) -> Self::Thread;

    /// The thread's number: 0 for the first call of [`thread`](Self::thread), 1 for the second.
    fn number(&self, thread: &Self::Thread) -> usize;

    /// Blocks until this thread holds the GIL. CPython: `take_gil`.
    fn take_gil(&self, thread: &Self::Thread);

    /// Releases the GIL. CPython: `drop_gil`.
    ///
    /// # Safety
    ///
    /// This thread holds the GIL.
    unsafe fn drop_gil(&self, thread: &Self::Thread);

    /// Whether this thread should call [`yield_gil`](Self::yield_gil) now. CPython: the check of the `eval_breaker` in
    /// `CHECK_EVAL_BREAKER`. The evaluation loop calls this at every instruction, so it is inlined, a constant for most
    /// points, and costs at most a relaxed load or the decrement of a counter.
    fn should_yield(&self, thread: &Self::Thread, at: Point) -> bool;

    /// What the evaluation loop does when the thread [should yield](Self::should_yield): drops the GIL and takes it again.
    ///
    /// # Safety
    ///
    /// This thread holds the GIL.
    #[cold]
    unsafe fn yield_gil(&self, thread: &Self::Thread) {
        // SAFETY: the caller holds the GIL.
        unsafe { self.drop_gil(thread) };
        self.take_gil(thread);
    }

    /// `sys.getswitchinterval`: how long a thread may keep the GIL while others wait. `None` if there is no limit.
    fn interval(&self) -> Option<Duration> {
        None
    }

    /// `sys.setswitchinterval`. Does nothing if there is no limit.
    fn set_interval(&self, _interval: Duration) {}

    /// `sys.getcheckinterval`: after how many instructions a thread yields. `None` if instructions are not counted.
    fn check_interval(&self) -> Option<u32> {
        None
    }

    /// `sys.setcheckinterval`. Does nothing if instructions are not counted, as in CPython since 3.2.
    fn set_check_interval(&self, _ticks: u32) {}

    /// Tells the observer of this GIL, if it has one, what this thread does.
    #[inline]
    fn observe(&self, _thread: &Self::Thread, _event: GilEvent) {}
}

/// Runs `native` without the GIL, and takes the GIL again afterwards, also if `native` panics: `Py_BEGIN_ALLOW_THREADS`
/// and `Py_END_ALLOW_THREADS`, and Cython's `with nogil`.
///
/// Use it for input and output, and for code that touches no object.
///
/// # Safety
///
/// This thread holds the GIL, and `native` touches nothing that the GIL protects.
// ANCHOR: allow_threads
pub unsafe fn allow_threads<G: Gil, R>(gil: &G, thread: &G::Thread, native: impl FnOnce() -> R) -> R {
    gil.observe(thread, GilEvent::Leaves);
    // SAFETY: the caller holds the GIL.
    unsafe { gil.drop_gil(thread) };
    // A destructor would take the GIL while a panic unwinds; taking may block, so the panic is caught first.
    let result = catch_unwind(AssertUnwindSafe(native));
    gil.observe(thread, GilEvent::Returns);
    gil.take_gil(thread);
    result.unwrap_or_else(|panic| resume_unwind(panic))
}
// ANCHOR_END: allow_threads
