//! Published measurements of CPython, as programs for any GIL. In virtual time, the programs predict the measurements.
//!
//! `echo` is a server beside threads that compute, `countdown` threads that compute beside each other, `integrate` the
//! lecture's function in Python and in native code, `download` threads that wait for a slow server. The caller makes
//! the GIL, so it can record a run: a [`Recorder`](crate::Recorder) observes that GIL.

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

/// Runs a program with these global variables. Returns how long it took by the platform's clock.
///
/// # Panics
///
/// If the text is not a program, or an exception ends it.
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
