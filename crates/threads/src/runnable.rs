//! What a thread runs.

use crate::name;

/// What a thread runs: any closure; or a type with a `run` method, as on the lecture's subclassing slide.
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
/// The closure wins: it takes what it needs from where it is written, has no fields to declare, and the
/// function that it calls can also be called without a thread.
// ANCHOR: trait
pub trait Runnable {
    /// What [`Thread::join`](crate::Thread::join) gives to every joiner.
    type Output;

    /// Called once, in the new thread.
    fn run(self) -> Self::Output;

    /// What stands in brackets in the default name `Thread-N (target)`; without it the name is `Thread-N`, as
    /// it is for a Python thread that is made by subclassing.
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
