//! The lecture's `follow`, which reads messages from a shared connection and puts them into a queue: the two
//! forms that are on the slides, and the right one.
//!
//! "What can go wrong?" asks the slide. Here the two forms are as wrong as there, so that you can watch them:
//! a limit gets them out of where Python's would stay for ever. Putting blocks while the queue is full, and
//! may give up.

use std::convert::Infallible;

use crate::{Interrupted, Limit, Lock, RawLock};

/// Where messages come from.
pub trait Connection {
    /// What is sent.
    type Message;

    /// Blocks until the next message is there.
    ///
    /// # Errors
    ///
    /// [`ReadError`], if there is none.
    fn read_message(&self) -> Result<Self::Message, ReadError>;
}

/// Why there is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// What came is no message; the next one may be one. Python's `InvalidMessage`.
    Invalid,
    /// The connection is closed. Python's `IOError`.
    Closed,
}

/// Why a wrong `follow` came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// An exception that nobody caught.
    Uncaught(ReadError),
    /// It blocked until the limit: without one, for ever.
    Blocked(Interrupted),
    /// It has called itself [`RECURSION_LIMIT`] times. Python's `RecursionError`; in Rust the stack would
    /// overflow, which ends the process.
    RecursionError,
}

/// As deep as Python's stack.
pub const RECURSION_LIMIT: usize = 1000;

impl From<ReadError> for Ended {
    fn from(error: ReadError) -> Self {
        Ended::Uncaught(error)
    }
}

impl From<Interrupted> for Ended {
    fn from(interrupted: Interrupted) -> Self {
        Ended::Blocked(interrupted)
    }
}

/// The first slide. An invalid message leaves between `acquire` and `release`, so the lock stays held, and
/// the function that calls itself waits for itself.
///
/// ```
/// # use std::cell::RefCell;
/// # use std::time::Duration;
/// # use ungil_primitives::{Interrupted, Limit, RawLock};
/// # use ungil_primitives::steps::follow::{Connection, Ended, ReadError, by_hand};
/// # struct Script(RefCell<Vec<Result<u32, ReadError>>>);
/// # impl Connection for Script {
/// #     type Message = u32;
/// #     fn read_message(&self) -> Result<u32, ReadError> {
/// #         self.0.borrow_mut().pop().unwrap_or(Err(ReadError::Closed))
/// #     }
/// # }
/// # let one_bad_message = Script(RefCell::new(vec![Err(ReadError::Invalid)]));
/// let lock = RawLock::new();
/// let soon = Limit::timeout(Duration::from_millis(1));
/// let ended = by_hand(&one_bad_message, &lock, &|_| Ok(()), &soon);
/// assert_eq!(ended, Ended::Blocked(Interrupted::Timeout));
/// assert!(lock.is_locked());
/// ```
// ANCHOR: by_hand
pub fn by_hand<C: Connection>(
    connection: &C,
    connection_lock: &RawLock,
    put: &dyn Fn(C::Message) -> Result<(), Interrupted>,
    limit: &Limit,
) -> Ended {
    let body = || -> Result<Infallible, Ended> {
        loop {
            connection_lock.acquire_until(limit.clone())?;
            let message = connection.read_message()?; // out of here, and nobody releases
            let _ = connection_lock.release();
            put(message)?;
        }
    };
    let Err(ended) = body();
    match ended {
        Ended::Uncaught(ReadError::Invalid) => by_hand(connection, connection_lock, put, limit),
        ended => ended,
    }
}
// ANCHOR_END: by_hand

/// The second slide: the lock is released whatever happens. But
///
/// - the message is put while the lock is held: if the queue is full, and the thread that empties it needs the
///   connection, both wait;
/// - it still calls itself, and now when the connection is closed, which it stays;
/// - an invalid message, which the first form caught, ends it.
pub fn with_guard<C: Connection>(
    connection: &Lock<C>,
    put: &dyn Fn(C::Message) -> Result<(), Interrupted>,
    limit: &Limit,
) -> Ended {
    with_guard_at(0, connection, put, limit)
}

fn with_guard_at<C: Connection>(
    depth: usize,
    connection: &Lock<C>,
    put: &dyn Fn(C::Message) -> Result<(), Interrupted>,
    limit: &Limit,
) -> Ended {
    let body = || -> Result<Infallible, Ended> {
        loop {
            let connection = connection.lock_until(limit.clone())?;
            let message = connection.read_message()?;
            put(message)?; // and all this time the lock is held
        }
    };
    let Err(ended) = body();
    match ended {
        Ended::Uncaught(ReadError::Closed) if depth == RECURSION_LIMIT => Ended::RecursionError,
        Ended::Uncaught(ReadError::Closed) => with_guard_at(depth + 1, connection, put, limit),
        ended => ended,
    }
}

/// Right: a loop, and the lock is held while a message is read, no longer.
///
/// Returns when the connection is closed.
///
/// # Errors
///
/// [`Interrupted`] says which part of `limit` was reached first; or the error of `put`.
// ANCHOR: follow
pub fn follow<C: Connection>(
    connection: &Lock<C>,
    put: &dyn Fn(C::Message) -> Result<(), Interrupted>,
    limit: &Limit,
) -> Result<(), Interrupted> {
    loop {
        // The guard has no name, so it is dropped at the end of this line.
        let message = connection.lock_until(limit.clone())?.read_message();
        match message {
            Ok(message) => put(message)?,
            Err(ReadError::Invalid) => {}
            Err(ReadError::Closed) => return Ok(()),
        }
    }
}
// ANCHOR_END: follow
