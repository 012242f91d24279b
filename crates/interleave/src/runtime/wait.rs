//! Waiting: until another thread wakes the thread, or until a time-out.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use super::{Id, Runtime};
use crate::engine;
use crate::record::{Intent, Place, Wake};

/// How often a thread's waits may time out in a row while no other thread moves: enough for code that tries a
/// few times and gives up, and an end for code that polls.
const TIME_OUTS_IN_A_ROW: u32 = 2;

/// A time-out of this length (30 years) or more never fires.
const FOR_EVER: Duration = Duration::from_secs(1 << 30);

/// Threads that wait for a notification, in order.
pub(crate) struct Queue {
    /// The schedule point at which a waiter and a notifier conflict.
    pub(crate) point: engine::Point,
    waiters: RefCell<VecDeque<usize>>,
}

impl Queue {
    pub(crate) fn new() -> Self {
        Queue { point: engine::Point::new(), waiters: RefCell::default() }
    }

    /// Takes a thread out of the queue. False if a waker has already done so.
    fn leave(&self, thread: usize) -> bool {
        let mut waiters = self.waiters.borrow_mut();
        let at = waiters.iter().position(|waiter| *waiter == thread);
        at.map(|at| waiters.remove(at)).is_some()
    }
}

impl Runtime {
    /// Puts the calling thread at the end of `queue`: it is about to [`sleep`](Self::sleep) there.
    pub(crate) fn enqueue(&self, queue: &Queue, timeout: Option<Duration>) {
        queue.waiters.borrow_mut().push_back(self.me());
        if timeout.is_none() {
            self.prepare_to_block(true);
        }
    }

    /// Waits until the calling thread, which has just been put into the queue of `id`, is woken.
    pub(crate) fn sleep(&self, id: Id, intent: Intent, timeout: Option<Duration>, place: Place) -> Wake {
        let (body, me) = (self.body(id), self.me());
        let queue = body.queue();
        match timeout {
            None if self.block(Some(id), intent, place) => Wake::Notified,
            None => {
                // Whether it leaves before or after a notification is a choice, too.
                self.call(Some(id), intent, place, || queue.point.pass());
                queue.leave(me);
                Wake::Spurious
            }
            Some(timeout) => {
                let until = self.now().saturating_add(timeout);
                self.pend(Some(id), intent, place, || queue.point.pass());
                if queue.leave(me) {
                    self.advance(until);
                    Wake::TimedOut
                } else {
                    Wake::Notified
                }
            }
        }
    }

    /// Takes the first `at_most` threads out of `queue`. The caller wakes them by [`wake_all`](Self::wake_all).
    pub(crate) fn dequeue(&self, queue: &Queue, at_most: usize) -> Vec<usize> {
        let mut waiters = queue.waiters.borrow_mut();
        let count = at_most.min(waiters.len());
        waiters.drain(..count).collect()
    }

    pub(crate) fn wake_all(&self, threads: Vec<usize>) {
        for thread in threads {
            self.wake(thread);
        }
    }

    /// From here on a [`wake`](Self::wake) of the calling thread is not lost: it is about to
    /// [`block`](Self::block).
    pub(crate) fn prepare_to_block(&self, may_wake_for_no_reason: bool) {
        self.blocks_while_unwinding();
        let thread = &mut self.threads.borrow_mut()[self.me()];
        thread.blocked = true;
        if self.shared.settings.spurious && may_wake_for_no_reason && thread.may_wake_for_no_reason {
            thread.fickle = Some(Rc::new(engine::Fickle::new()));
        }
    }

    /// Blocks the calling thread, which has prepared to, until [`wake`](Self::wake); false: the wake-up
    /// was spurious.
    pub(crate) fn block(&self, object: Option<Id>, intent: Intent, place: Place) -> bool {
        let me = self.me();
        let fickle = self.threads.borrow()[me].fickle.clone();
        self.call(object, intent, place, || match &fickle {
            Some(fickle) => fickle.wait(),
            // shuttle's park may also return spuriously.
            None => {
                while self.threads.borrow()[me].blocked {
                    engine::park();
                }
            }
        });
        let woken = {
            let thread = &mut self.threads.borrow_mut()[me];
            thread.fickle = None;
            let woken = !std::mem::take(&mut thread.blocked);
            thread.may_wake_for_no_reason &= woken;
            woken
        };
        if let Some(fickle) = fickle.filter(|_| woken) {
            self.call(object, intent, place, || fickle.woken());
        }
        woken
    }

    /// Whether the thread has prepared to block and was not woken since.
    #[cfg(feature = "shuttle")]
    pub(crate) fn is_blocked(&self, thread: usize) -> bool {
        self.threads.borrow().get(thread).is_some_and(|thread| thread.blocked)
    }

    /// Whether a blocked thread may wake spuriously.
    #[cfg(feature = "shuttle")]
    pub(crate) fn is_fickle(&self, thread: usize) -> bool {
        self.threads.borrow().get(thread).is_some_and(|thread| thread.fickle.is_some())
    }

    /// Wakes a thread that blocks or has prepared to block. False if it no longer blocks, after a spurious
    /// wake-up. For the engine, not for the log.
    pub(crate) fn wake(&self, thread: usize) -> bool {
        let me = self.me();
        let fickle = self.threads.borrow()[thread].fickle.clone();
        if let Some(fickle) = &fickle {
            // Here the thread may go on by itself, and even wait anew.
            fickle.wakes();
            self.current.set(me);
        }
        let handle = {
            let thread = &mut self.threads.borrow_mut()[thread];
            let same = match (&fickle, &thread.fickle) {
                (Some(before), Some(now)) => Rc::ptr_eq(before, now),
                (None, None) => true,
                _ => false,
            };
            if !same || !std::mem::take(&mut thread.blocked) {
                return false;
            }
            thread.handle.clone()
        };
        match (fickle, handle) {
            (Some(fickle), _) => fickle.wake(),
            (None, Some(handle)) => engine::unpark(&handle),
            (None, None) => unreachable!("a thread that has not begun is not blocked"),
        }
        // An engine may switch to the other thread here.
        self.current.set(me);
        true
    }

    /// What a wait with a time-out does instead of blocking: it may end at any time from here on. `point` is
    /// where it conflicts with a waker.
    pub(crate) fn pend(&self, object: Option<Id>, intent: Intent, place: Place, point: impl FnOnce()) {
        self.blocks_while_unwinding();
        let me = self.me();
        let polls = {
            let thread = &mut self.threads.borrow_mut()[me];
            let others = self.operations.get() - thread.operations;
            if others != thread.others_then {
                thread.time_outs = 0;
                thread.others_then = others;
            }
            thread.time_outs += 1;
            thread.time_outs > TIME_OUTS_IN_A_ROW
        };
        self.call(object, intent, place, || {
            if polls {
                engine::yield_now();
            }
            point();
        });
    }

    /// A wait with this time-out will end by itself.
    pub(crate) fn ends(timeout: Duration) -> bool {
        timeout < FOR_EVER
    }

    /// The model's time: it stands still but for time-outs and sleeps of the calling thread.
    pub(crate) fn now(&self) -> Duration {
        self.threads.borrow()[self.me()].clock
    }

    /// A wait until `time` is over.
    pub(crate) fn advance(&self, time: Duration) {
        let thread = &mut self.threads.borrow_mut()[self.me()];
        thread.clock = thread.clock.max(time);
    }
}
