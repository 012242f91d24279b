//! Waiting: until somebody wakes the thread, or at most for a time.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use super::{Id, Runtime};
use crate::engine;
use crate::record::{Intent, Place};

/// How often a thread's waits may time out in a row while no other thread moves: enough for code that tries a
/// few times and gives up, and an end for code that polls.
const TIME_OUTS_IN_A_ROW: u32 = 2;

/// Time-outs from here on (30 years) are for ever.
const FOR_EVER: Duration = Duration::from_secs(1 << 30);

impl Runtime {
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

    /// Blocks the calling thread, which has prepared to, until [`wake`](Self::wake); false: it woke for no
    /// reason.
    pub(crate) fn block(&self, object: Option<Id>, intent: Intent, place: Place) -> bool {
        let me = self.me();
        let fickle = self.threads.borrow()[me].fickle.clone();
        self.call(object, intent, place, || match &fickle {
            Some(fickle) => fickle.wait(),
            // shuttle's park may also return for no reason.
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

    /// Wakes a thread that blocks or has prepared to; false: it does not block any more, having woken for no
    /// reason. For the engine, not for the log.
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
    /// where it meets who could still wake it.
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

    /// The waiters of the futex `id`.
    pub(crate) fn futex_queue<R>(&self, id: Id, f: impl FnOnce(&mut VecDeque<usize>) -> R) -> R {
        f(self.futexes.borrow_mut().entry(id.index).or_default())
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
