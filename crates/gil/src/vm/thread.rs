//! A thread of Python: a machine, and the GIL that it has while it runs.

use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::cells;
use super::exception::{Exception, Kind, Result, Uncaught};
use super::machine::{Machine, Pause};
use super::native::Context;
use super::shared::{Shared, lock};
use super::threading::{Record, Target};
use crate::Gil;
use crate::platform::Platform;

/// How many threads there may be at a time. Near the operating system's own limit, on Linux about 16000, a thread begins
/// and then cannot have its second stack, on which Rust aborts.
const MAX_THREADS: usize = 10_000;

/// Begins a thread that runs `target`.
///
/// # Errors
///
/// `RuntimeError`, as Python's, if there cannot be another one. It is then at its end.
pub(super) fn start<G: Gil>(
    shared: &Arc<Shared<G>>,
    record: &Arc<Record<G::Platform>>,
    target: Option<Target<G>>,
) -> Result<()> {
    let platform = shared.platform().clone();
    let name = record.name.clone();
    let body = {
        let (shared, record) = (Arc::clone(shared), Arc::clone(record));
        // Values belong to who has the GIL: should the thread not begin, nobody drops them outside of it.
        let target = ManuallyDrop::new(target);
        move || {
            let finished = Finished(&record);
            let target = ManuallyDrop::into_inner(target);
            if let Some((function, arguments)) = target
                && let Err(exception) = run(&shared, &record, || Machine::new(function, arguments))
            {
                shared.report(&record.name, Uncaught::new(&exception, &shared.program.source));
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

/// Begins so many threads that run a function of the program, if it has that.
///
/// # Errors
///
/// As of [`start`]; those before go on.
pub(super) fn start_copies<G: Gil>(
    shared: &Arc<Shared<G>>,
    record: &Record<G::Platform>,
    name: &str,
    copies: u32,
) -> Result<()> {
    let Some(place) = shared.program.names.globals.iter().position(|global| global == name) else {
        return Ok(());
    };
    let thread = shared.gil().thread();
    shared.enter(&thread, record.ident);
    let result = shared.globals[place].get().map_or(Ok(()), |function| {
        (0..copies).try_for_each(|_| {
            let record = shared.record(None, Some(&function));
            record.begin();
            start(shared, &record, Some((function.clone(), Vec::new())))
        })
    });
    // SAFETY: entered above.
    unsafe { shared.leave(&thread) };
    result
}

/// Whatever happens, those who join a thread get to know of its end.
struct Finished<'a, P: Platform>(&'a Record<P>);

impl<P: Platform> Drop for Finished<'_, P> {
    fn drop(&mut self) {
        self.0.finish();
    }
}

/// Runs a machine to its end in this thread, which takes the GIL for that.
pub(super) fn run<G: Gil>(
    shared: &Arc<Shared<G>>,
    record: &Arc<Record<G::Platform>>,
    machine: impl FnOnce() -> Machine<G>,
) -> Result<()> {
    let gil = shared.gil();
    let thread = &gil.thread();
    let context = Context { shared, thread, record };
    shared.enter(thread, record.ident);
    // If a GIL breaks its word there is a panic while others use objects, and those of this thread are left alone.
    let mut machine = ManuallyDrop::new(machine());
    let result = loop {
        match machine.run(&context) {
            // SAFETY: entered above, and each time again.
            Pause::Due => unsafe { shared.pass(thread, record.ident) },
            Pause::Block(block) => {
                // ANCHOR: allow_threads
                // SAFETY: as above; a block changes no object.
                let result = unsafe {
                    shared.allow_threads(thread, record.ident, || block.perform(shared.platform()))
                };
                // ANCHOR_END: allow_threads
                machine.resume(result.map(|constant| shared.constant(&constant)));
            }
            Pause::Done(value) => {
                drop(value);
                break Ok(());
            }
            Pause::Failed(exception) => break Err(exception),
        }
    };
    drop(ManuallyDrop::into_inner(machine));
    // SAFETY: as above.
    unsafe { shared.leave(thread) };
    result
}
