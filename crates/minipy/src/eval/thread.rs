//! A thread of Python: a machine, and the GIL that it has while it runs.

use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::cells;
use super::exception::{Exception, Kind, Result, Uncaught};
use super::machine::{Machine, Pause};
use super::native::Context;
use super::shared::{Shared, lock};
use super::threading::{Record, Target};
use crate::Gil;
use ungil_vtime::Platform;

/// How many threads there may be at a time. Near the operating system's own limit, on Linux about 16000, a thread begins
/// and then cannot have its second stack, on which Rust aborts.
const MAX_THREADS: usize = 10_000;

/// Begins a thread that runs `target`.
///
/// # Errors
///
/// `RuntimeError`, as Python's, if there cannot be another one. It is then at its end.
pub(crate) fn start<G: Gil>(
    shared: &Arc<Shared<G>>,
    record: &Arc<Record<G::Platform>>,
    target: Option<Target<G>>,
) -> Result<()> {
    let platform = shared.platform().clone();
    let name = record.name.clone();
    let body = {
        let (shared, record) = (Arc::clone(shared), Arc::clone(record));
        // The GIL protects values: if the thread does not begin, they must not be dropped without the GIL.
        let target = target.map(ManuallyDrop::new);
        move || {
            let finished = Finished { shared: &shared, record: &record };
            if let Some(target) = target
                && let Err(exception) = run(&shared, &shared.gil().thread(), &record, target)
            {
                let uncaught = Uncaught::new(&exception, &shared.program.source);
                shared.report(format_args!("Exception in thread {}:\n{uncaught}", record.name));
                lock(&shared.uncaught).push(uncaught);
            }
            shared.live.fetch_add(cells::empty(), Ordering::Relaxed);
            shared.running.fetch_sub(1, Ordering::Relaxed);
            drop(finished);
        }
    };
    // Relaxed, as everywhere: the number alone matters.
    let handle = match shared.running.fetch_add(1, Ordering::Relaxed) {
        MAX_THREADS.. => None,
        _ => platform.try_spawn(&name, body),
    };
    let Some(handle) = handle else {
        shared.running.fetch_sub(1, Ordering::Relaxed);
        record.finish();
        return Err(Exception::new(Kind::RuntimeError, "can't start new thread"));
    };
    lock(&shared.handles).push(handle);
    Ok(())
}

/// Begins this number of threads that run a function of the program, if the program has it.
///
/// # Errors
///
/// As of [`start`]; those before go on.
pub(crate) fn start_copies<G: Gil>(
    shared: &Arc<Shared<G>>,
    thread: &G::Thread,
    record: &Record<G::Platform>,
    name: &str,
    copies: u32,
) -> Result<()> {
    let Some(place) = shared.program.names.globals.iter().position(|global| global == name) else {
        return Ok(());
    };
    shared.inside(thread, record.ident, || {
        shared.globals[place].get().map_or(Ok(()), |function| {
            (0..copies).try_for_each(|_| {
                let record = shared.record(None, Some(&function));
                record.begin();
                start(shared, &record, Some((function.clone(), Vec::new())))
            })
        })
    })
}

/// However the thread ends, the threads that join it learn of its end.
struct Finished<'a, G: Gil> {
    shared: &'a Shared<G>,
    record: &'a Record<G::Platform>,
}

impl<G: Gil> Drop for Finished<'_, G> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.shared.panicked.get_or_init(|| format!("{} has panicked", self.record.name));
        }
        self.record.finish();
    }
}

/// Calls a function in this thread, which takes the GIL for that. A panic leaves the GIL to others, and no lock of a
/// `with` behind.
pub(crate) fn run<G: Gil>(
    shared: &Arc<Shared<G>>,
    thread: &G::Thread,
    record: &Arc<Record<G::Platform>>,
    target: ManuallyDrop<Target<G>>,
) -> Result<()> {
    let context = Context { shared, thread, record };
    shared.inside(thread, record.ident, || {
        let (function, arguments) = ManuallyDrop::into_inner(target);
        // If a GIL breaks its word there is a panic while others use objects, and those of this thread are left alone.
        let mut machine = ManuallyDrop::new(Machine::new(function, arguments));
        let result = catch_unwind(AssertUnwindSafe(|| evaluate(&mut machine, &context)));
        if shared.is_inside(record.ident) {
            let mut machine = ManuallyDrop::into_inner(machine);
            if result.is_err() {
                machine.abandon();
            }
        }
        result.unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Runs a machine to its end, and what it waits for without the GIL.
fn evaluate<G: Gil>(machine: &mut Machine<G>, context: &Context<'_, G>) -> Result<()> {
    let Context { shared, thread, record } = *context;
    loop {
        match machine.run(context) {
            // SAFETY: `run` has entered, and each time again.
            Pause::Yield => unsafe { shared.yield_gil(thread, record.ident) },
            Pause::Block(block) => {
                // As the machine: it must not be dropped without the GIL.
                let block = ManuallyDrop::new(block);
                // ANCHOR: allow_threads
                // SAFETY: as above; a block changes no object.
                let result = unsafe {
                    shared.allow_threads(thread, record.ident, || block.perform(shared.platform()))
                };
                // ANCHOR_END: allow_threads
                drop(ManuallyDrop::into_inner(block));
                machine.resume(result.map(|constant| shared.constant(&constant)));
            }
            Pause::Done(_) => return Ok(()),
            Pause::Failed(exception) => return Err(exception),
        }
    }
}
