//! A small Python that runs under whatever global interpreter lock it is given: on real threads, in virtual time, or one
//! instruction at a time.
//!
//! ```
//! use ungil_gil::NewGil;
//! use ungil_minipy::{Buffer, Interpreter, Program};
//! use ungil_vtime::Real;
//!
//! let program = Program::compile("sum.py", "print(sum(range(10)))")?;
//! let output = Buffer::new();
//! Interpreter::new(NewGil::new(Real::new())).output(output.clone()).run(program);
//! assert_eq!(output.text(), "45\n");
//! # Ok::<(), ungil_minipy::SyntaxError>(())
//! ```
//!
//! The [`Interpreter`] asks little of its lock: the trait [`Gil`]. The crate `ungil-gil` has CPython's, old, new and none.
//!
//! Read the files in this order:
//!
//! 1. `gil`, `event`: the trait [`Gil`], [`allow_threads`], and the [`GilEvent`]s that an [`Observer`] receives.
//! 2. `syntax`: the text of a program becomes tokens (`token`), and the tokens a `tree` (`parser`, `expression`).
//! 3. `compile`: the tree becomes instructions: [`Program`].
//! 4. `eval`: objects that count their references, and the loop that executes one instruction after the other.
//! 5. `library`: built-in functions, methods and modules.
//! 6. [`stepper`]: a program whose threads take turns by hand, to try every order.

mod compile;
mod eval;
mod event;
mod gil;
mod library;
pub mod stepper;
mod syntax;

pub use compile::program::Program;
pub use eval::{Buffer, Ended, ExceptionKind, Interpreter, Uncaught};
pub use event::{GilEvent, Observer};
pub use gil::{Gil, Point, allow_threads};
pub use syntax::{Position, SyntaxError};
