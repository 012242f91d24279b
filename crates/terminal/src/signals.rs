//! Signals that ask a program to end.

use std::io;

/// Calls `f` for every SIGINT, SIGTERM and SIGHUP from now on.
///
/// # Errors
///
/// If the system registers no handler.
#[cfg(unix)]
pub fn on_signals(f: impl Fn() + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::spawn(move || signals.forever().for_each(|_| f()));
    Ok(())
}

/// Does nothing: the console tells all processes by itself.
///
/// # Errors
///
/// None.
#[cfg(not(unix))]
pub fn on_signals(_f: impl Fn() + Send + 'static) -> io::Result<()> {
    Ok(())
}
