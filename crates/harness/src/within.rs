//! A limit for tests on real threads.

use std::panic::resume_unwind;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// What [`within`] panics with.
#[derive(Clone, Copy, Debug)]
pub struct Hang {
    /// How long it waited.
    pub limit: Duration,
}

/// Calls `f` in a thread of its own and returns its result.
///
/// # Panics
///
/// As `f` does; and with a [`Hang`] if `f` has not returned within `limit`. Its thread then keeps running: the
/// process of a test ends soon after.
pub fn within<T: Send + 'static>(limit: Duration, f: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    // The receiver may have given up.
    let thread = thread::spawn(move || drop(sender.send(f())));
    match receiver.recv_timeout(limit) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => std::panic::panic_any(Hang { limit }),
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => resume_unwind(panic),
            Ok(()) => unreachable!("it sends before it returns"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_result_the_panic_or_a_hang() {
        assert_eq!(within(Duration::from_secs(60), || 7), 7);
        let panicked = std::panic::catch_unwind(|| within(Duration::from_secs(60), || panic!("ours")));
        assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"ours"));
        let limit = Duration::from_millis(1);
        let (forever, receiver) = mpsc::channel::<()>();
        let hung = std::panic::catch_unwind(move || within(limit, move || receiver.recv().is_ok()));
        assert_eq!(hung.unwrap_err().downcast_ref().map(|hang: &Hang| hang.limit), Some(limit));
        drop(forever);
    }
}
