//! The end of the program: it waits for all threads but the daemons.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::registry;
use crate::{current, main_thread};
use ungil_sync::Global;

type Callback = Box<dyn FnOnce() + Send>;

struct AtExit {
    callbacks: Vec<Callback>,
    /// Set before the first callback runs.
    begun: bool,
}

static AT_EXIT: Global<AtExit> = Global::new(|| AtExit { callbacks: Vec::new(), begun: false });

/// Make one first thing in `main`: when it is dropped there, the program behaves as Python's at its exit.
///
/// 1. The main thread counts as finished; who joins it wakes.
/// 2. The callbacks of [`at_exit`] run, the last registered first.
/// 3. It blocks until every thread that is not a daemon has finished, also those that these have started.
///
/// Then `main` returns, and the operating system ends the daemons in the midst of what they do: no destructor
/// of theirs runs. Without a guard every Rust thread is a daemon. `std::process::exit` does not wait either.
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
#[must_use = "it waits for the threads when it is dropped: bind it to a name in main"]
pub struct ExitGuard {
    _private: (),
}

impl ExitGuard {
    /// A guard. One a program is enough; a further one's drop finds its work done.
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
            // It is started, and not this thread: the wait cannot fail.
            let _ = record.wait_gone();
            // By itself it leaves late, and without an OS thread of ours we have not waited for that.
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
        // Its panic has been reported by std's hook; the other callbacks and threads have their right too.
        let _ = catch_unwind(AssertUnwindSafe(callback));
    }
}

/// Registers `f` to run once when an [`ExitGuard`] is dropped, before it waits for the threads: here one
/// tells workers to finish. The last registered runs first.
///
/// # Errors
///
/// [`ShuttingDown`] once the first callback could have run: `f` would come too late, and is dropped.
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
