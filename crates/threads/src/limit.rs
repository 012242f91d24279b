//! Until when a call may block: a deadline, a stop token, both or neither.

use std::fmt;
use std::time::Duration;

use crate::StopToken;
use ungil_sync::Instant;

/// Until when a blocking call may wait.
///
/// Every blocking call of the course has a form `x_until(limit)` that takes anything that converts into a
/// `Limit`: a [`Duration`] from now, an [`Instant`], a [`StopToken`], or a `Limit` that holds both.
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
/// If a limit holds both, a stop is reported before a time-out; and a call whose condition already holds
/// succeeds whatever its limit says.
#[derive(Clone, Debug, Default)]
pub struct Limit {
    /// `None`: no deadline, or one so far away that `Instant` cannot express it.
    pub(crate) deadline: Option<Instant>,
    pub(crate) stop: Option<StopToken>,
}

impl Limit {
    /// No limit: block for as long as it takes.
    pub const fn none() -> Self {
        Limit { deadline: None, stop: None }
    }

    /// At most `timeout` from now. A duration that is too large for an [`Instant`] means no deadline; it
    /// never panics.
    pub fn timeout(timeout: Duration) -> Self {
        Limit { deadline: Instant::now().checked_add(timeout), stop: None }
    }

    /// At the latest at `deadline`; one in the past means: do not block.
    pub const fn deadline(deadline: Instant) -> Self {
        Limit { deadline: Some(deadline), stop: None }
    }

    /// The same limit, and also until `token` is asked to stop.
    pub fn or_stop(self, token: &StopToken) -> Self {
        Limit { stop: Some(token.clone()), ..self }
    }

    /// When it is over, if it has a deadline: for those who build a blocking call.
    pub const fn until(&self) -> Option<Instant> {
        self.deadline
    }

    /// The token, if it has one: for those who build a blocking call.
    pub const fn stop_token(&self) -> Option<&StopToken> {
        self.stop.as_ref()
    }

    /// What has come to pass, if anything. A stop is reported before a time-out.
    ///
    /// # Errors
    ///
    /// [`Interrupted::Stopped`] or [`Interrupted::Timeout`], as soon as one holds.
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

/// Why a blocking call came back without what it waited for.
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
