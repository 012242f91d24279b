//! The code that a thread runs: a closure, or a type with a `run` method.

use crate::name;

/// The code that a thread runs: a closure, or a type with a `run` method as on the lecture's subclassing slide.
///
/// ```
/// use ungil_threads::{spawn, Runnable};
///
/// struct Countdown {
///     n: u32,
/// }
///
/// impl Runnable for Countdown {
///     type Output = u32;
///
///     fn run(self) -> u32 {
///         (0..self.n).rev().inspect(|left| println!("{left} left")).count() as u32
///     }
/// }
///
/// let by_type = spawn(Countdown { n: 3 });
/// let by_closure = spawn(|| Countdown { n: 3 }.run());
/// assert_eq!(by_type.join().unwrap(), by_closure.join().unwrap());
/// ```
///
/// Prefer a closure: it captures what it needs, declares no fields, and the function that it calls can also be called
/// without a thread.
// ANCHOR: trait
pub trait Runnable {
    /// The result that [`Thread::join`](crate::Thread::join) returns to every joiner.
    type Output;

    /// Called once, in the new thread.
    fn run(self) -> Self::Output;

    /// The target in the default name `Thread-N (target)`. With `None` the name is `Thread-N`, like that of a Python
    /// thread that is made by subclassing.
    fn target_name() -> Option<&'static str> {
        None
    }
}
// ANCHOR_END: trait

impl<F, T> Runnable for F
where
    F: FnOnce() -> T,
{
    type Output = T;

    fn run(self) -> T {
        self()
    }

    fn target_name() -> Option<&'static str> {
        Some(name::of_type(std::any::type_name::<F>()))
    }
}
