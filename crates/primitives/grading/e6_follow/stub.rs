//! Exercise 2/6: find and mend `follow`. The task stands in e6_follow.md.

/// What a connection brings.
pub type Message = u32;

/// It cannot be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidMessage;

/// Where messages come from.
pub trait Connection {
    /// The next one, or `None` after the last. May panic. One thread at a time: there is a lock for that.
    fn read_message(&self) -> Result<Option<Message>, InvalidMessage>;
}

/// A lock that is released by hand, as Python's.
pub trait RawLock {
    /// Blocks until nobody holds it.
    fn acquire(&self);
    /// Only by who holds it.
    fn release(&self);
}

/// Where messages go.
pub trait Queue {
    /// Blocks while the queue is full.
    fn put(&self, message: Message);
}

/// Puts all messages of the connection into the queue, up to its end, and leaves out those that are invalid.
pub fn follow(connection: &impl Connection, connection_lock: &impl RawLock, queue: &impl Queue) {
    todo!("delete this line, and mend what follows");
    loop {
        connection_lock.acquire();
        match connection.read_message() {
            Ok(Some(message)) => queue.put(message),
            Ok(None) => break,
            Err(InvalidMessage) => return follow(connection, connection_lock, queue),
        }
        connection_lock.release();
    }
}
