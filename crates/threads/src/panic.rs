//! How a thread ends other than by returning: by a panic, or by [`exit_thread`].

use std::any::Any;
use std::fmt;
use std::panic::resume_unwind;

use ungil_sync::{Arc, Mutex};

/// The panic that ended a thread; every joiner gets it. Clones share one payload.
#[derive(Clone)]
pub struct Panic {
    message: Arc<str>,
    /// A payload is Send but not Sync: hence the lock.
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

    /// What was said: `panic!("no {thing}")` says `no thing`. A payload of another type has no text.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Looks at the payload itself, for a panic by `std::panic::panic_any`.
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

/// The same panic, not one with the same text.
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

/// What [`exit_thread`] unwinds with.
pub(crate) struct ThreadExit;

/// Ends the calling thread from however deep: the stack unwinds, destructors run, nothing is printed, no hook
/// is called. Joiners get [`JoinError::Exited`](crate::JoinError::Exited). Python's `sys.exit()` in a thread
/// does this.
///
/// Call it only in a thread of this crate; returning is better wherever it is possible. It needs `panic =
/// "unwind"`.
pub fn exit_thread() -> ! {
    resume_unwind(Box::new(ThreadExit))
}
