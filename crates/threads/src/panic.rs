//! How a thread ends other than by returning: by a panic, or by [`exit_thread`].

use std::any::Any;
use std::fmt;
use std::panic::resume_unwind;

use ungil_sync::{Arc, Mutex};

/// The panic that ended a thread. Every joiner gets a clone; clones share one payload.
#[derive(Clone)]
pub struct Panic {
    /// Immutable.
    message: Arc<str>,
    /// Behind a lock because a payload is Send but not Sync.
    payload: Arc<Mutex<Box<dyn Any + Send>>>,
}

impl Panic {
    pub(crate) fn new(payload: Box<dyn Any + Send>) -> Self {
        let message = if let Some(text) = payload.downcast_ref::<&'static str>() {
            Arc::from(*text)
        } else if let Some(text) = payload.downcast_ref::<String>() {
            Arc::from(text.as_str())
        } else {
            Arc::from("a payload that is not a text")
        };
        Panic { message, payload: Arc::new(Mutex::new(payload)) }
    }

    /// The text of the panic: `no luck` for `panic!("no luck")`. For a payload that is not a string, a text that says so.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Calls `f` with the payload. For a panic by `std::panic::panic_any`.
    ///
    /// ```
    /// use ungil_threads::{spawn, JoinError};
    ///
    /// let t = spawn(|| std::panic::panic_any(42));
    /// let Err(JoinError::Panicked(panic)) = t.join() else { unreachable!() };
    /// assert_eq!(panic.with_payload(|p| p.downcast_ref::<i32>().copied()), Some(42));
    /// ```
    pub fn with_payload<R>(&self, f: impl FnOnce(&(dyn Any + Send)) -> R) -> R {
        f(&**self.payload.lock())
    }
}

/// Equal if they are the same panic. Two panics with the same text differ.
impl PartialEq for Panic {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.payload, &other.payload)
    }
}

impl Eq for Panic {}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Panic").field(&self.message).finish()
    }
}

/// The payload with which [`exit_thread`] unwinds.
pub(crate) struct ThreadExit;

/// Ends the calling thread from any depth of calls: the stack unwinds and destructors run, but nothing is printed
/// and no hook is called. Joiners get [`JoinError::Exited`](crate::JoinError::Exited). Python's `sys.exit()` in a
/// thread does the same.
///
/// Call it only in a thread of this crate, and prefer returning where that is possible. It needs
/// `panic = "unwind"`.
pub fn exit_thread() -> ! {
    resume_unwind(Box::new(ThreadExit))
}
