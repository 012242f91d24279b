//! A Python thread: a machine that runs while the thread has the GIL.

use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::cells;
use super::exception::{Exception, ExceptionKind, Result, Uncaught};
use super::machine::{Machine, Pause};
use super::native::Context;
use super::shared::{Shared, lock};
use super::threading::{Target, ThreadHandle};
use crate::Gil;
use ungil_vtime::Platform;

/// How many threads there may be at a time. Near the operating system's own limit, on Linux about 16000, a new thread
/// may fail to allocate its stack for signals, and Rust aborts the process.
const MAX_THREADS: usize = 10_000;

/// Begins a thread that runs `target`.
///
/// # Errors
///
/// Python's `RuntimeError` if no further thread can be started. The handle is then finished.
pub(crate) fn start<G: Gil>(
    shared: &Arc<Shared<G>>,
    handle: &Arc<ThreadHandle<G::Platform>>,
    target: Option<Target<G>>,
) -> Result<()> {
    let platform = shared.platform().clone();
    let name = handle.name.clone();
    let body = {
        let (shared, handle) = (Arc::clone(shared), Arc::clone(handle));
        // The GIL protects values: if the thread does not begin, the target must not be dropped without the GIL.
        let target = target.map(ManuallyDrop::new);
        move || {
            let finished = FinishOnDrop { shared: &shared, handle: &handle };
            if let Some(target) = target
                && let Err(exception) = run(&shared, &shared.gil().thread(), &handle, target)
            {
                let uncaught = Uncaught::new(&exception, &shared.program.source);
                shared.report(format_args!("Exception in thread {}:\n{uncaught}", handle.name));
                lock(&shared.uncaught).push(uncaught);
            }
            shared.live.fetch_add(cells::empty(), Ordering::Relaxed);
            shared.running.fetch_sub(1, Ordering::Relaxed);
            drop(finished);
        }
    };
    // Relaxed: only the number matters.
    let spawned = match shared.running.fetch_add(1, Ordering::Relaxed) {
        MAX_THREADS.. => None,
        _ => platform.try_spawn(&name, body),
    };
    let Some(spawned) = spawned else {
        shared.running.fetch_sub(1, Ordering::Relaxed);
        handle.finish();
        return Err(Exception::new(ExceptionKind::RuntimeError, "can't start new thread"));
    };
    lock(&shared.spawned).push(spawned);
    Ok(())
}

/// Begins `copies` threads that run the function of this name, if the program has it.
///
/// # Errors
///
/// Python's `RuntimeError` if no further thread can be started. The threads that have begun go on.
pub(crate) fn start_copies<G: Gil>(
    shared: &Arc<Shared<G>>,
    thread: &G::Thread,
    handle: &ThreadHandle<G::Platform>,
    name: &str,
    copies: u32,
) -> Result<()> {
    let Some(place) = shared.program.names.globals.iter().position(|global| global == name) else {
        return Ok(());
    };
    shared.inside(thread, handle.ident, || {
        shared.globals[place].get().map_or(Ok(()), |function| {
            (0..copies).try_for_each(|_| {
                let handle = shared.new_handle(None, Some(&function));
                handle.begin();
                start(shared, &handle, Some((function.clone(), Vec::new())))
            })
        })
    })
}

/// Tells the joining threads that this thread has ended, also if it panics.
struct FinishOnDrop<'a, G: Gil> {
    shared: &'a Shared<G>,
    handle: &'a ThreadHandle<G::Platform>,
}

impl<G: Gil> Drop for FinishOnDrop<'_, G> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.shared.panicked.get_or_init(|| format!("{} has panicked", self.handle.name));
        }
        self.handle.finish();
    }
}

/// Calls a function in this thread, with the GIL. A panic drops the GIL and releases the locks of all `with`
/// statements.
pub(crate) fn run<G: Gil>(
    shared: &Arc<Shared<G>>,
    thread: &G::Thread,
    handle: &Arc<ThreadHandle<G::Platform>>,
    target: ManuallyDrop<Target<G>>,
) -> Result<()> {
    let context = Context { shared, thread, handle };
    shared.inside(thread, handle.ident, || {
        let (function, arguments) = ManuallyDrop::into_inner(target);
        // If an exclusive GIL lets two threads in, there is a panic while the other thread uses objects. Then this
        // thread's objects must not be dropped.
        let mut machine = ManuallyDrop::new(Machine::new(function, arguments));
        let result = catch_unwind(AssertUnwindSafe(|| evaluate(&mut machine, &context)));
        if shared.is_inside(handle.ident) {
            let mut machine = ManuallyDrop::into_inner(machine);
            if result.is_err() {
                machine.abandon();
            }
        }
        result.unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Runs a machine to its end. Performs its blocking calls without the GIL.
fn evaluate<G: Gil>(machine: &mut Machine<G>, context: &Context<'_, G>) -> Result<()> {
    let Context { shared, thread, handle } = *context;
    loop {
        match machine.run(context) {
            // SAFETY: this thread has entered in `run`, and again after each yield.
            Pause::Yield => unsafe { shared.yield_gil(thread, handle.ident) },
            Pause::BlockingCall(call) => {
                // If the GIL panics, the call must not be dropped without the GIL.
                let call = ManuallyDrop::new(call);
                // ANCHOR: allow_threads
                // SAFETY: this thread has entered; the call changes no object.
                let result =
                    unsafe { shared.allow_threads(thread, handle.ident, || call.perform(shared.platform())) };
                // ANCHOR_END: allow_threads
                drop(ManuallyDrop::into_inner(call));
                machine.resume(result.map(|constant| shared.constant(&constant)));
            }
            Pause::Done(_) => return Ok(()),
            Pause::Failed(exception) => return Err(exception),
        }
    }
}
