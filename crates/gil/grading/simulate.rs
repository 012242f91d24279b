//! Virtual time for the suites of the exercises.

use std::panic::resume_unwind;
use std::time::Duration;

use ungil_gil::platform::Failure;
use ungil_gil::platform::{Computer, Virtual};

/// Of the real clock: a loop in which no virtual time passes never ends.
const LIMIT: Duration = Duration::from_secs(2);

/// What `main` returns on a simulated computer with `cores` cores, where only named operations take time.
///
/// A panic there is one here, with the same message, by which the verdict finds where it came from. Threads that wait for
/// each other for ever are a panic of the caller.
#[track_caller]
pub fn simulate<R: Send + 'static>(cores: usize, main: impl FnOnce(&Virtual) -> R + Send + 'static) -> R {
    match harness::within(LIMIT, move || Virtual::run(Computer::ideal(cores), main)) {
        Ok(result) => result,
        Err(Failure::Panic { message, .. }) => resume_unwind(Box::new(message)),
        Err(deadlock) => panic!("{deadlock}"),
    }
}
