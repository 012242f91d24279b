//! The end of the program: the main thread waits for all threads but the daemons.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::registry;
use crate::{current, main_thread};
use ungil_sync::Global;

type Callback = Box<dyn FnOnce() + Send>;

/// Guarded by the lock of [`AT_EXIT`].
struct AtExit {
    /// In order of registration; the last one runs first.
    callbacks: Vec<Callback>,
    /// Set before the first callback runs: a later registration would come too late.
    begun: bool,
}

static AT_EXIT: Global<AtExit> = Global::new(|| AtExit { callbacks: Vec::new(), begun: false });

/// Makes the program's exit like Python's. Make a guard first thing in `main`; its drop does this:
///
/// 1. The main thread counts as finished, and its joiners wake.
/// 2. The callbacks of [`at_exit`] run, the last registered first.
/// 3. The drop blocks until every thread that is not a daemon has finished, also threads that are started meanwhile.
///
/// Then `main` returns, and the operating system ends the daemons wherever they are: their destructors do not run.
/// Without a guard every Rust thread is a daemon. `std::process::exit` does not wait for threads either.
///
/// ```
/// use ungil_threads::{spawn, ExitGuard};
///
/// fn main() {
///     let _exit = ExitGuard::new();
///     spawn(|| println!("printed for certain"));
/// }
/// ```
#[derive(Debug)]
#[must_use = "its drop waits for the threads: bind it to a name in main"]
pub struct ExitGuard {
    _private: (),
}

impl ExitGuard {
    /// A guard. One guard per program is enough; the drop of a second one has nothing left to do.
    #[expect(clippy::new_without_default, reason = "a default would be made by accident, and wait at once")]
    pub fn new() -> Self {
        ExitGuard { _private: () }
    }
}

impl Drop for ExitGuard {
    fn drop(&mut self) {
        let me = current();
        if me == main_thread() {
            me.record.finish();
        }
        run_callbacks();
        while let Some(record) = registry::next_to_wait_for() {
            // The thread is started and is not this one, so the wait cannot fail.
            let _ = record.wait_gone();
            // A thread leaves the registry late, and the wait does not cover that if there was no handle to join.
            registry::leave(&record);
        }
    }
}

fn run_callbacks() {
    loop {
        let callback = AT_EXIT.with(|at_exit| {
            at_exit.begun = true;
            at_exit.callbacks.pop()
        });
        let Some(callback) = callback else { break };
        // std's hook has reported the panic; the remaining callbacks still run, and the threads are still waited for.
        let _ = catch_unwind(AssertUnwindSafe(callback));
    }
}

/// Registers `f` to run once when an [`ExitGuard`] is dropped, before the guard waits for the threads. This is the
/// place to ask workers to finish. The last registered callback runs first.
///
/// # Errors
///
/// [`ShuttingDown`] once the program's exit has begun; `f` is dropped.
pub fn at_exit(f: impl FnOnce() + Send + 'static) -> Result<(), ShuttingDown> {
    let mut callback: Option<Callback> = Some(Box::new(f));
    AT_EXIT.with(|at_exit| {
        if at_exit.begun {
            return Err(ShuttingDown);
        }
        at_exit.callbacks.extend(callback.take());
        Ok(())
    })
}

/// The program's exit has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShuttingDown;

impl fmt::Display for ShuttingDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the program is shutting down")
    }
}

impl std::error::Error for ShuttingDown {}
