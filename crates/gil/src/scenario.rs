//! What others have measured of CPython, as programs for any GIL: in virtual time they predict it.
//!
//! `echo` is a server beside threads that compute, `countdown` threads that compute beside each other, `integrate` the
//! lecture's function in Python and in native code, `download` threads that wait for a slow server. Each is run on a
//! platform by its maker, so it can be watched: give it a GIL that a [`Recorder`](crate::Recorder) observes.

mod countdown;
mod download;
mod echo;
mod integrate;
mod python;

pub use countdown::Countdown;
pub use download::{Download, Server, SlowServer};
pub use echo::{Client, Echo, Placement, Served};
pub use integrate::{Code, Integrate};
pub use python::Python;

use std::io::sink;
use std::time::Duration;

use crate::{Gil, Interpreter, Platform, Program};

/// Runs a program with these global variables, and says how long it took on its platform's clock.
///
/// # Panics
///
/// If it is not a program, or does not run to its end: it is one of ours.
fn time<G: Gil>(gil: G, name: &str, text: &str, globals: &[(&str, i64)]) -> Duration {
    let program = Program::compile(name, text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let platform = gil.platform().clone();
    let interpreter = Interpreter::new(gil).output(sink()).errors(sink());
    let interpreter = globals.iter().fold(interpreter, |it, (name, value)| it.global(name, *value));
    let begun = platform.now();
    let ended = interpreter.run(program);
    if let Some(uncaught) = ended.uncaught.iter().chain(&ended.in_threads).next() {
        panic!("{name}: {uncaught}");
    }
    platform.now() - begun
}
