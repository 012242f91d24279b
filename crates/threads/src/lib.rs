//! # Lesson 1: threads
//!
//! Python's `threading.Thread` for Rust, with what `std::thread` lacks and a Python programmer misses: default names; a
//! join with a time-out, from any number of threads, any number of times; daemons, and a program that waits for all
//! other threads; timers; per-instance locals; and a way to stop a *blocked* thread.
//!
//! ```
//! use ungil_threads::spawn;
//!
//! let t = spawn(|| 6 * 7);
//! assert_eq!(t.join().unwrap(), &42);
//! assert_eq!(t.join().unwrap(), &42); // a second join has no effect and the same result
//! ```
//!
//! Read the files in this order:
//!
//! 1. [`runnable`](Runnable): the code that a thread runs: a closure, or a type with a `run` method as on the
//!    subclassing slide.
//! 2. [`thread`](Thread): the object that starts once and can be joined any number of times; [`Builder`] and [`spawn`]
//!    make it.
//! 3. `record`: the life of one thread, New, Running, Finished, and how joiners wait for its end.
//! 4. `name`: `Thread-N (target)`, and the form that the operating system gets.
//! 5. `registry`: [`current`], [`main_thread`], [`enumerate`], [`active_count`]; threads that this crate did not start.
//! 6. `exit`: [`ExitGuard`] waits for all but the daemons when `main` ends; [`at_exit`].
//! 7. `excepthook`: [`set_excepthook`], a hook for uncaught panics; [`Panic`], the payload for every joiner.
//! 8. `stop`: [`StopSource`] and [`StopToken`], the flag that also wakes a blocked thread; `limit`: [`Limit`], how long
//!    a call may block.
//! 9. [`scope`], [`Timer`], [`Local`].
//!
//! `ungil_sync` is the only door to `std::sync` and `std::thread`; `monitor` is the one way in which this crate
//! blocks.
#![forbid(unsafe_code)]

mod builder;
mod excepthook;
mod exit;
mod limit;
mod local;
mod monitor;
mod name;
mod panic;
mod record;
mod registry;
mod runnable;
#[cfg(not(ungil_model))]
mod scope;
mod stop;
mod sys;
mod thread;
mod timer;

pub use builder::{Builder, spawn};
pub use excepthook::{ExceptHook, set_excepthook, take_excepthook};
pub use exit::{ExitGuard, ShuttingDown, at_exit};
pub use limit::{Interrupted, Limit};
pub use local::Local;
pub use panic::{Panic, exit_thread};
pub use record::{Ident, ThreadInfo};
pub use registry::{active_count, current, enumerate, get_ident, get_native_id, main_thread};
pub use runnable::Runnable;
#[cfg(not(ungil_model))]
pub use scope::{Scope, scope};
pub use stop::{Registration, StopSource, StopToken};
pub use thread::{JoinError, StartError, Thread};
pub use timer::Timer;
