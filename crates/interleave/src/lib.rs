//! Check concurrent code over **all** its executions, and see the one that breaks it.
//!
//! A test of threads runs one interleaving of millions, and usually a good one. Here the same code runs under
//! a scheduler that tries every order of its steps, and every value that the memory orderings allow a load to
//! return ([loom] does that). If an execution fails, it is drawn: a column a thread, a step a line, the
//! source beside it, and what each waiting thread waits for, its holder, since which line.
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
//!     .search(|| {
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
//! With one step instead of two it is right in every execution, and the search says so:
//!
//! ```
//! use interleave::sync::Arc;
//! use interleave::sync::atomic::{AtomicUsize, Ordering};
//! use interleave::{Model, thread};
//!
//! let explored = Model::new().prove(|| {
//!     let n = Arc::new(AtomicUsize::new(0));
//!     let other = {
//!         let n = Arc::clone(&n);
//!         thread::spawn(move || n.fetch_add(1, Ordering::SeqCst))
//!     };
//!     n.fetch_add(1, Ordering::SeqCst);
//!     other.join().unwrap();
//!     assert_eq!(n.load(Ordering::SeqCst), 2);
//! });
//! assert!(explored.to_string().starts_with("all executions ("));
//! ```
//!
//! # How to read a picture
//!
//! Time goes down, a step a line; nothing else happens between two steps. A step stands in the column of its
//! thread, and shows what an operation returned (`→`) or changed (`0→1`). `✗` marks the step that fails, or in
//! the lines `end` where a thread waits for ever. Loads that return an old value, where memory orderings allow
//! it, say `OLD!` and the newest. Below stand the waiting threads with the holders of what they wait for, and
//! what happened in a sentence. Objects have the names that the code gives them.
//!
//! # What a result says
//!
//! [`Model::search`] returns what it has [`Explored`], in these words: *all executions (N)* is the only proof; *all
//! executions with at most k preemptions (N)* has covered those alone; *stopped after N* ran out of time.
//! [`Model::prove`], for tests, panics unless the search was complete, or complete within the bound that the model
//! sets itself. A preemption is a switch away from a thread that could go on. The search goes by bounds, 0, 1, 2, 3
//! preemptions and then none, so a [`Failure`] comes with few switches.
//!
//! [`Kind`] has the classes of failures. Where a panic comes from decides between two of them: an `assert…!` in the file
//! that calls [`Model::search`] or [`Model::prove`] is [`Kind::WrongValue`], every other panic that comes out of a
//! thread is [`Kind::Panic`]. A panic that the code catches itself is not a failure. If no order of the steps explains
//! what the failing execution read, it is a [`Kind::StaleRead`] instead.
//!
//! # The types
//!
//! [`sync`], [`thread`], [`cell`], [`hint`], [`futex`] and [`time`] have std's types under std's names,
//! without poisoning. Each object is real or a model's from the moment it is made: outside of a model a
//! [`sync::Mutex`] is std's, inside one it is the checker's. So code that is written with these types runs in
//! both worlds in one build, without a `cfg`; the price is that their `new` is not `const`.
//!
//! A model makes its objects itself. What was made outside is refused inside; a static is a [`Global`], with a
//! value of its own for each execution. [`thread_local!`] and [`thread::current`] belong here too: all threads
//! of a model run on one thread of the operating system, so std's would give all of them the same value.
//!
//! # A crate that pays nothing without the checker
//!
//! Let one module be the crate's only way to locks, atomics and threads, and a `--cfg` of your own say where it
//! leads. A feature would do too, but cargo turns a feature on for every crate of a build that depends on yours.
//!
//! ```toml
//! [target.'cfg(my_model)'.dependencies]
//! ungil-interleave = "0.1"
//!
//! [lints.rust]
//! unexpected_cfgs = { level = "warn", check-cfg = ["cfg(my_model)"] }
//! ```
//!
//! ```ignore
//! // src/sync.rs
//! #[cfg(my_model)]
//! pub(crate) use interleave::{sync::{Arc, atomic}, thread, thread_local};
//! #[cfg(not(my_model))]
//! pub(crate) use std::{sync::{Arc, atomic}, thread, thread_local};
//! ```
//!
//! The rest of the crate says `use crate::sync::…`. `tests/models.rs` begins with `#![cfg(my_model)]`, proves models of
//! the public API, and runs by `RUSTFLAGS="--cfg my_model" cargo test --test models --target-dir target/models`: a
//! target folder of its own, so that the two builds do not replace each other. A mutex needs a newtype over std's that
//! does not poison.
//!
//! # Time-outs and spinning
//!
//! Inside a model there is no time. A wait with a time-out may end at any step from its beginning on, by a
//! notification that has come or else by its time-out; all these are searched. Of one thread's waits two in a
//! row may time out while no other thread makes a step; before a third, others go first, so that loops which
//! poll come to an end. A time-out of more than thirty years never fires.
//!
//! [`hint::spin_loop`] and [`thread::yield_now`] let another thread go first, so that a loop which spins ends.
//! Executions in which no other thread moves meanwhile are not searched: code that spins a few times and then
//! blocks should not spin in a model.
//!
//! # What it cannot do
//!
//! - An execution has five threads in all, the main thread and ended ones included.
//! - loom treats `SeqCst` accesses as `AcqRel` (fences it gets right). An execution that only real `SeqCst`
//!   rules out is [`Kind::CannotJudge`], and the search goes on behind it for a failure that is certain.
//! - A load never returns a value that is stored later (load buffering), or one that has been overwritten
//!   seven times. A `compare_exchange` that fails has read the newest value, and a `compare_exchange_weak`
//!   does not fail spuriously.
//! - A spurious wake-up ([`Model::spurious`]) comes after a step of another thread, never at once; so *all
//!   executions* are all of those. Where it matters, let the other thread make a step: `thread::yield_now`.
//! - What a thread did before it woke another by `notify`, `unpark` or [`futex::wake`] is visible to the woken
//!   thread, which not all of these promise outside; a notification wakes the thread that has waited longest.
//! - A thread that stores to an atomic counts as having read it, for a later acquire fence, if other threads
//!   read-modify-write that atomic.
//! - Counting the references of an [`Arc`](sync::Arc) is not a step; use after free and leaks are not found.
//! - Destructors that run while a panic unwinds are not interrupted. A destructor that has to wait then cannot be
//!   followed: [`Kind::CannotJudge`], or the panic itself if it is the main thread's.
//! - An execution that overflows its stack, 32 KiB a thread, ends the process.
//!
//! # Models that are too large
//!
//! Two threads with a few operations each take milliseconds, three with two operations seconds. Beyond that,
//! [`Model::preemption_bound`] bounds the search: two or three find most mistakes.
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
mod local;
mod model;
mod picture;
#[cfg(feature = "shuttle")]
mod play;
mod record;
mod run;
mod runtime;
mod sc_witness;
mod source;
pub mod sync;
pub mod thread;
pub mod time;

pub use failure::{Failure, Kind, Line, Step, Wait};
pub use global::Global;
pub use model::{Backend, Coverage, Explored, Model, SearchResult};
pub use picture::Style;
#[cfg(feature = "shuttle")]
pub use play::{Actor, Scene};
