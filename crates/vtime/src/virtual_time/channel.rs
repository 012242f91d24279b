//! Messages from one simulated thread to another: what a socket or a pipe is to processes.

use std::collections::VecDeque;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use super::Virtual;
use super::simulator::{BlockedOn, TaskId};

/// An unbounded queue of messages between threads or processes: a simulated process is just threads that share no GIL
/// with other threads. Clones are the same channel.
pub struct Channel<T> {
    platform: Virtual,
    queue: Arc<Mutex<Queue<T>>>,
}

struct Queue<T> {
    messages: VecDeque<T>,
    waiters: VecDeque<TaskId>,
}

impl<T> Clone for Channel<T> {
    fn clone(&self) -> Self {
        Channel { platform: self.platform.clone(), queue: Arc::clone(&self.queue) }
    }
}

impl<T: Send> Channel<T> {
    pub(super) fn new(platform: Virtual) -> Self {
        let queue = Queue { messages: VecDeque::new(), waiters: VecDeque::new() };
        Channel { platform, queue: Arc::new(Mutex::new(queue)) }
    }

    /// Sends a message and wakes a waiting thread. Never blocks; takes the time that the wake-up costs.
    pub fn send(&self, message: T) {
        let next = self.queue(|queue| {
            queue.messages.push_back(message);
            queue.waiters.pop_front()
        });
        if let Some(next) = next {
            self.platform.wake(self.platform.simulator(), next);
        }
    }

    /// Blocks until there is a message.
    #[track_caller]
    pub fn recv(&self) -> T {
        let place = Location::caller();
        loop {
            let mut simulator = self.platform.simulator();
            let me = simulator.current();
            let message = self.queue(|queue| {
                let message = queue.messages.pop_front();
                if message.is_none() {
                    queue.waiters.push_back(me);
                }
                message
            });
            if let Some(message) = message {
                return message;
            }
            simulator.block(BlockedOn::Message, None, place);
            self.platform.give_way(simulator);
        }
    }

    fn queue<R>(&self, f: impl FnOnce(&mut Queue<T>) -> R) -> R {
        f(&mut self.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
