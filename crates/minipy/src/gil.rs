//! What an interpreter asks of its global lock.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use ungil_vtime::Platform;

use crate::GilEvent;

/// Where in a program a thread asks whether it should let others have their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Before each instruction.
    Instruction,
    /// When a loop goes back to its beginning.
    BackEdge,
    /// At the entry of a function, and after a call of a native one.
    Call,
}

/// The lock that the threads of an interpreter share: who has taken it may touch objects.
///
/// A thread that runs Python code has taken it, and asks at each [`Point`] whether it is [`due`](Self::due) to
/// [`pass`](Self::pass) it on. Around input and output, and in native code that touches no object, it is released.
///
/// # Safety
///
/// If [`EXCLUSIVE`](Self::EXCLUSIVE) is true, then between the return of `take` and the call of `release` by the same
/// thread no other thread returns from `take`, and what happened before a `release` is visible after the next `take`:
/// the interpreter counts references without atomics, and changes lists without locks, because of it.
pub unsafe trait Gil: Send + Sync + 'static {
    /// Where it runs: real threads, virtual time, the model checker.
    type Platform: Platform;

    /// What it keeps for each thread.
    type Thread: Send + Sync;

    /// Whether at most one thread has it at a time.
    const EXCLUSIVE: bool;

    /// What it stands on.
    fn platform(&self) -> &Self::Platform;

    /// Called once by each thread, before it takes the GIL for the first time.
    fn thread(&self) -> Self::Thread;

    /// The thread's number: they are counted from 0, in the order of the calls of [`thread`](Self::thread).
    fn number(&self, thread: &Self::Thread) -> usize;

    /// Blocks until this thread has it.
    fn take_gil(&self, thread: &Self::Thread);

    /// Lets others have it.
    ///
    /// # Safety
    ///
    /// This thread has taken it.
    unsafe fn drop_gil(&self, thread: &Self::Thread);

    /// Whether this thread should call [`pass`](Self::pass) now. Inlined, and a constant for most points: on the way of
    /// every instruction, it may cost a relaxed load or the decrement of a counter.
    fn should_yield(&self, thread: &Self::Thread, at: Point) -> bool;

    /// What the evaluation loop does when it is [`due`](Self::due): releases the GIL and takes it again.
    ///
    /// # Safety
    ///
    /// This thread has taken it.
    #[cold]
    unsafe fn yield_gil(&self, thread: &Self::Thread) {
        // SAFETY: as the caller has promised.
        unsafe { self.drop_gil(thread) };
        self.take_gil(thread);
    }

    /// `sys.getswitchinterval`: how long a thread may keep it while others wait. Nothing if there is no such limit.
    fn interval(&self) -> Option<Duration> {
        None
    }

    /// `sys.setswitchinterval`. Of no effect where there is no such limit.
    fn set_interval(&self, _interval: Duration) {}

    /// `sys.getcheckinterval`: after how many instructions a thread passes it on. Nothing if they are not counted.
    fn check_interval(&self) -> Option<u32> {
        None
    }

    /// `sys.setcheckinterval`. Of no effect where instructions are not counted, as in CPython since 3.2.
    fn set_check_interval(&self, _ticks: u32) {}

    /// Tells the observer of this GIL, if it has one, what this thread does.
    #[inline]
    fn observe(&self, _thread: &Self::Thread, _event: GilEvent) {}
}

/// Runs `native` without the GIL, and has it back afterwards, also if `native` panics: `Py_BEGIN_ALLOW_THREADS` and
/// `Py_END_ALLOW_THREADS`, and Cython's `with nogil`.
///
/// For input and output, and for code that computes with no object.
///
/// # Safety
///
/// This thread has taken the GIL, and `native` touches nothing that it protects.
// ANCHOR: allow_threads
pub unsafe fn allow_threads<G: Gil, R>(gil: &G, thread: &G::Thread, native: impl FnOnce() -> R) -> R {
    gil.observe(thread, GilEvent::Leaves);
    // SAFETY: as the caller has promised.
    unsafe { gil.drop_gil(thread) };
    // Caught, and not left to a destructor: to take the GIL may block, and that is not to happen while a panic unwinds.
    let result = catch_unwind(AssertUnwindSafe(native));
    gil.observe(thread, GilEvent::Returns);
    gil.take_gil(thread);
    result.unwrap_or_else(|panic| resume_unwind(panic))
}
// ANCHOR_END: allow_threads
