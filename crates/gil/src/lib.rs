//! # Lesson 5: the GIL
//!
//! CPython's global interpreter lock, as it was until Python 3.1, as it is, and none; and a small Python that runs under
//! each: on real threads, in virtual time, and under the model checker.
//!
//! ```
//! use std::time::Duration;
//!
//! use ungil_gil::platform::{Machine, Virtual};
//! use ungil_gil::{Interpreter, NewGil, Platform, Program};
//!
//! let program = "\
//! import threading
//! import time
//!
//! def wait():
//!     time.sleep(1)
//!
//! threads = [threading.Thread(target=wait) for _ in range(4)]
//! for thread in threads:
//!     thread.start()
//! ";
//! let program = Program::compile("four_waits.py", program)?;
//! // Two simulated CPUs. Who sleeps has released the GIL, so four seconds of sleep take one.
//! let took = Virtual::run(Machine::ideal(2), |platform: &Virtual| {
//!     let ended = Interpreter::new(NewGil::new(platform.clone())).run(program);
//!     assert!(ended.uncaught.is_none());
//!     platform.now()
//! })?;
//! assert_eq!(took.as_secs(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Read the files in this order. First the lock:
//!
//! 1. `gil`: the trait [`Gil`], what an interpreter asks of its lock, and [`allow_threads`].
//! 2. `old`: [`OldGil`], a hundred instructions and a signal.
//! 3. `new`: [`NewGil`], five milliseconds, a request and a forced switch.
//! 4. `no_gil`: [`NoGil`], for which the objects pay.
//!
//! Then what it stands on, and what is seen of it:
//!
//! 5. [`platform`]: locks, conditions, threads and time as a trait; `real`, and with the feature `spec` `checked`.
//! 6. [`platform::virtual_time`]: a simulated computer, on which a run is the same each time.
//! 7. `event`, `platform/recording`, `chart`: what happens around a GIL, and a picture of it.
//!
//! Then the interpreter under it:
//!
//! 8. `lang`: text to a tree. `vm`: the tree to instructions, objects that count their references, and the loop that
//!    executes one instruction after the other: [`Program`] and [`Interpreter`].
//!
//! And what one can ask with all that:
//!
//! 9. [`scenario`]: what others have measured of CPython, to be predicted.
//! 10. [`explore`]: "what can x be after this?", by trying all schedules.

mod chart;
mod event;
pub mod explore;
mod gil;
mod lang;
mod new;
mod no_gil;
mod old;
pub mod platform;
pub mod scenario;
mod vm;

pub use chart::chart;
pub use event::{Event, What};
pub use gil::{Gil, Point, allow_threads};
pub use lang::{Position, SyntaxError};
pub use new::{NewGil, NewThread};
pub use no_gil::NoGil;
pub use old::OldGil;
pub use platform::Platform;
pub use vm::{Buffer, Ended, Interpreter, Kind, Program, Uncaught};
