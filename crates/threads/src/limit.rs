//! How long a call may block: until a deadline, until a stop token stops, both or neither.

use std::fmt;
use std::time::Duration;

use crate::StopToken;
use ungil_sync::Instant;

/// How long a blocking call may wait.
///
/// Every blocking call of the course has a form `x_until(limit)`, whose argument converts into a `Limit`: a
/// [`Duration`] from now, an [`Instant`], a [`StopToken`], or a `Limit` that holds a deadline and a token.
///
/// ```
/// use std::time::Duration;
/// use ungil_threads::{spawn, Interrupted, JoinError, Limit, StopSource};
///
/// let (source, stop) = StopSource::new();
/// let worker = spawn(move || stop.wait());
///
/// let soon = Limit::timeout(Duration::from_millis(1));
/// assert_eq!(worker.join_until(soon).unwrap_err().interrupted(), Some(Interrupted::Timeout));
///
/// source.request_stop();
/// worker.join_until(Duration::from_secs(10)).unwrap();
/// ```
///
/// If both parts of a limit are reached, the stop is reported. A call whose condition already holds succeeds
/// whatever its limit is.
#[derive(Clone, Debug, Default)]
pub struct Limit {
    /// `None`: no deadline, or one so far away that `Instant` cannot express it.
    pub(crate) deadline: Option<Instant>,
    /// `None`: the call cannot be stopped.
    pub(crate) stop: Option<StopToken>,
}

impl Limit {
    /// No limit: the call blocks for as long as it takes.
    pub const fn none() -> Self {
        Limit { deadline: None, stop: None }
    }

    /// At most `timeout` from now. A duration that is too large for an [`Instant`] means no deadline; this
    /// never panics.
    pub fn timeout(timeout: Duration) -> Self {
        Limit { deadline: Instant::now().checked_add(timeout), stop: None }
    }

    /// Until `deadline`. With a deadline in the past the call does not block.
    pub const fn deadline(deadline: Instant) -> Self {
        Limit { deadline: Some(deadline), stop: None }
    }

    /// The same deadline, and also until `token` is asked to stop.
    pub fn or_stop(self, token: &StopToken) -> Self {
        Limit { stop: Some(token.clone()), ..self }
    }

    /// The deadline, if there is one. For implementing a blocking call.
    pub const fn until(&self) -> Option<Instant> {
        self.deadline
    }

    /// The token, if there is one. For implementing a blocking call.
    pub const fn stop_token(&self) -> Option<&StopToken> {
        self.stop.as_ref()
    }

    /// Fails if the limit is reached.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Stopped`] if the token was asked to stop, otherwise [`Interrupted::Timeout`] if the deadline
    /// has passed.
    pub fn check(&self) -> Result<(), Interrupted> {
        if self.stop.as_ref().is_some_and(StopToken::stop_requested) {
            Err(Interrupted::Stopped)
        } else if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            Err(Interrupted::Timeout)
        } else {
            Ok(())
        }
    }
}

impl From<Duration> for Limit {
    fn from(timeout: Duration) -> Self {
        Limit::timeout(timeout)
    }
}

impl From<Instant> for Limit {
    fn from(deadline: Instant) -> Self {
        Limit::deadline(deadline)
    }
}

impl From<&StopToken> for Limit {
    fn from(token: &StopToken) -> Self {
        Limit::none().or_stop(token)
    }
}

/// The error of a blocking call whose limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interrupted {
    /// The deadline has passed.
    Timeout,
    /// The stop token was asked to stop.
    Stopped,
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Interrupted::Timeout => "timed out",
            Interrupted::Stopped => "stopped",
        })
    }
}

impl std::error::Error for Interrupted {}
