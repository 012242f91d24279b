//! Check concurrent code over **all** its executions, and see the one that breaks it.
//!
//! A test of threads runs one interleaving of millions, and usually a good one. Here the same code runs under
//! a scheduler that tries every order of its steps, and every value that the memory orderings allow a load to
//! return ([loom] does that). If an execution fails, it is drawn: a column a thread, a step a line, the
//! source beside it, who waits for what, held by whom, since which line.
//!
//! # A first model
//!
//! Two threads add one each. A load and a store are two steps, so this is not right:
//!
//! ```
//! use interleave::sync::Arc;
//! use interleave::sync::atomic::{AtomicUsize, Ordering};
//! use interleave::{Kind, Model, thread};
//!
//! let failure = Model::new()
//!     .run(|| {
//!         let n = Arc::new(AtomicUsize::new(0));
//!         let other = {
//!             let n = Arc::clone(&n);
//!             thread::spawn(move || {
//!                 let seen = n.load(Ordering::SeqCst);
//!                 n.store(seen + 1, Ordering::SeqCst);
//!             })
//!         };
//!         let seen = n.load(Ordering::SeqCst);
//!         n.store(seen + 1, Ordering::SeqCst);
//!         other.join().unwrap();
//!         assert_eq!(n.load(Ordering::SeqCst), 2);
//!     })
//!     .unwrap_err();
//! assert_eq!(failure.kind, Kind::WrongValue);
//! println!("{failure}");
//! ```
//!
//! It prints the execution that loses an update:
//!
//! ```text
#![doc = include_str!("../tests/snapshots/first_model.txt")]
//! ```
//!
//! Mended with one step instead of two, all executions are right, and the search says so:
//!
//! ```
//! use interleave::sync::Arc; use interleave::sync::atomic::{AtomicUsize, Ordering}; use interleave::{Model,
//! thread};
//!
//! let proof = Model::new().check(|| { let n = Arc::new(AtomicUsize::new(0)); let other = { let n =
//! Arc::clone(&n); thread::spawn(move || n.fetch_add(1, Ordering::SeqCst)) }; n.fetch_add(1,
//! Ordering::SeqCst); other.join().unwrap(); assert_eq!(n.load(Ordering::SeqCst), 2); });
//! assert!(proof.to_string().starts_with("all executions ("));
//! ```
//!
//! # The types
//!
//! [`sync`], [`thread`], [`cell`], [`hint`], [`futex`] and [`time`] have std's types under std's names,
//! without poisoning. Each object is real or a model's from the moment it is made: outside of a model a
//! [`sync::Mutex`] is std's, inside one it is the checker's. There is no `cfg` and no feature to choose, so
//! code that is written with these types runs in both worlds in one build; the price is that their `new` is
//! not `const`.
//!
//! [`thread_local!`] and [`thread::current`] belong here too: all threads of a model run on one thread of the
//! operating system, where std's would tell them all the same.
//!
//! # What a result says
//!
//! A [`Proof`] is one of three, in these words: *all executions (N)* is the only proof; *all executions with
//! at most k preemptions (N)* has seen those alone; *stopped after N* ran out of time. The search goes by
//! bounds, 0, 1, 2, 3 preemptions and then none, so a [`Failure`] comes with as few switches as are enough to
//! find it.
//!
//! [`Kind`] has the classes of failures. Where a panic comes from decides between two of them: an `assert…!`
//! in the file that calls [`Model::run`] or [`Model::check`] is [`Kind::WrongValue`], every other panic that
//! comes out of a thread is [`Kind::Panic`]. A panic that the code catches itself is no failure. If no order
//! of the steps explains what the failing execution read, it is a [`Kind::StaleRead`] instead, with the read
//! marked.
//!
//! # What it cannot do
//!
//! - An execution has five threads in all, the main thread and ended ones included.
//! - loom treats `SeqCst` accesses as `AcqRel` (fences it gets right). An execution that only real `SeqCst`
//!   rules out is [`Kind::CannotJudge`], and the search goes on behind it for a failure that is certain.
//! - A load never returns a value that is stored later (load buffering), and a `compare_exchange_weak` does
//!   not fail for no reason.
//! - Releasing a lock is no step: a [`sync::Mutex::try_lock`] meets a lock that is held only if the holder
//!   makes another step meanwhile.
//! - Destructors that run while a panic unwinds are not interrupted. One that has to wait then cannot be
//!   followed: [`Kind::CannotJudge`], or the panic itself if it is the main thread's.
//! - An execution that overflows its stack, 32 KiB a thread, ends the process.
//!
//! # Time-outs
//!
//! Inside a model there is no time. A wait with a time-out may end at any step from its beginning on, by a
//! notification that has come or else by its time-out; all these are searched, and none of them waits for
//! ever. That needs no thread of its own. Of one thread's waits two in a row may time out while nobody else
//! moves; before a third, others go first, so that loops which poll come to an end. A time-out of more than
//! thirty years never fires.
//!
//! # Models that are too large
//!
//! With the feature `shuttle`, `Backend::Shuttle` runs random executions of as many threads as one likes,
//! with the same types, the same pictures and a fixed seed, and says *stopped after N*. `Model::schedule`
//! runs one execution in which the caller is the scheduler: at each step it is told what every thread does
//! next, and why some cannot.
//!
//! [loom]: https://docs.rs/loom

pub mod cell;
mod classify;
mod engine;
mod failure;
pub mod futex;
mod global;
pub mod hint;
mod json;
mod linearise;
mod local;
mod model;
mod picture;
#[cfg(feature = "shuttle")]
mod play;
mod record;
mod run;
mod runtime;
mod source;
pub mod sync;
pub mod thread;
pub mod time;

pub use failure::{Failure, Kind, Line, Step, Wait};
pub use global::Global;
pub use model::{Backend, Coverage, Model, Proof, model};
pub use picture::Style;
#[cfg(feature = "shuttle")]
pub use play::{Actor, Scene};
