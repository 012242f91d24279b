//! # Lesson 5: the GIL
//!
//! CPython's global interpreter lock, as it was until Python 3.1, as it is, and none. A small Python runs under each of
//! them: on real threads, in virtual time, and under the model checker.
//!
//! ```
//! use std::time::Duration;
//!
//! use ungil_gil::platform::{Computer, Virtual};
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
//! // Two simulated CPUs. A sleeping thread has released the GIL, so four seconds of sleep take one.
//! let took = Virtual::run(Computer::ideal(2), |platform: &Virtual| {
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
//! 1. [`Gil`], what an interpreter asks of its lock, and [`allow_threads`]: in the crate `ungil-minipy`, `gil`.
//! 2. `old`: [`OldGil`], a hundred instructions and a signal.
//! 3. `new`: [`NewGil`], five milliseconds, a request and a forced switch.
//! 4. `no_gil`: [`NoGil`]; the objects pay for it.
//!
//! Then how to watch the lock, and what to ask about it:
//!
//! 5. `recorder`, `chart`: what the threads do with a GIL, and a picture of it.
//! 6. [`scenario`]: published measurements of CPython, which the lock must predict.
//! 7. [`explore`]: "what can x be after this?", by trying all schedules.
//!
//! Two crates stand below, each with its own table of contents: `ungil-minipy`, the small Python ([`Program`],
//! [`Interpreter`]), and `ungil-vtime`, real threads, virtual time and the model checker behind one trait ([`platform`]).

mod chart;
pub mod explore;
mod new;
mod no_gil;
mod old;
mod recorder;
pub mod scenario;

pub use chart::chart;
pub use new::{NewGil, NewThread};
pub use no_gil::NoGil;
pub use old::OldGil;
pub use recorder::{Record, Recorder, TimedEvent};
pub use ungil_minipy::{
    Buffer, Ended, ExceptionKind, Gil, GilEvent, Interpreter, Observer, Point, Position, Program,
    SyntaxError, Uncaught, allow_threads,
};
#[doc(inline)]
pub use ungil_vtime as platform;
pub use ungil_vtime::Platform;
