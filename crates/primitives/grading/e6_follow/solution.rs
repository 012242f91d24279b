//! Three mistakes, all about how long the lock is held:
//!
//! - after a bad message the lecture's first form holds the lock for ever. A guard releases it on every way out, even
//!   after a panic: that is what Python's `with` does;
//! - both forms call `put` under the lock. A full queue blocks, and the thread that would empty it may want the lock
//!   first. So the lock ends with the reading, because it guards only the reading;
//! - both forms continue after a bad message by calling themselves. A thousand bad messages are a thousand frames on
//!   the stack. A loop needs none.

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
    loop {
        let message = {
            let _held = Held::new(connection_lock);
            connection.read_message()
        };
        match message {
            Ok(Some(message)) => queue.put(message),
            Ok(None) => break,
            Err(InvalidMessage) => {}
        }
    }
}

/// Holds the lock as long as it lives.
struct Held<'a, L: RawLock>(&'a L);

impl<'a, L: RawLock> Held<'a, L> {
    fn new(lock: &'a L) -> Self {
        lock.acquire();
        Held(lock)
    }
}

impl<L: RawLock> Drop for Held<'_, L> {
    fn drop(&mut self) {
        self.0.release();
    }
}
