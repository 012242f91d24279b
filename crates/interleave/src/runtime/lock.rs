//! Taking and releasing locks, also while a panic unwinds.

use std::rc::Rc;
use std::thread::panicking;

use super::{Body, Id, Runtime};
use crate::engine;
use crate::record::{Intent, Place};

impl Runtime {
    /// Blocks until the calling thread has the lock.
    pub(crate) fn acquire(&self, id: Id, intent: Intent, place: Place) {
        let body = self.body(id);
        let Body::Lock(lock) = &*body else { unreachable!("not a lock") };
        if panicking() {
            if self.take_back(&body) {
                return;
            }
            if self.shared.log().objects[id.index].holder.is_some() {
                self.blocks_while_unwinding();
            }
        }
        self.call(Some(id), intent, place, || lock.acquire());
        self.hold(id, Some(place));
    }

    pub(crate) fn try_acquire(&self, id: Id, place: Place) -> bool {
        let body = self.body(id);
        let Body::Lock(lock) = &*body else { unreachable!("not a lock") };
        let acquired = (panicking() && self.take_back(&body))
            || self.call(Some(id), Intent::Other("try_lock"), place, || lock.try_acquire());
        if acquired {
            self.hold(id, Some(place));
        }
        acquired
    }

    /// Lets go of a lock. It is not a step of the search: who waits for it will contend for it.
    pub(crate) fn release(&self, id: Id) {
        if self.shared.decided() {
            self.halt();
        }
        let body = self.body(id);
        self.hold(id, None);
        let Body::Lock(lock) = &*body else { unreachable!("not a lock") };
        if panicking() {
            self.threads.borrow_mut()[self.me()].late.push(body);
        } else {
            self.let_go(lock);
        }
    }

    /// shuttle may switch to another thread here.
    fn let_go(&self, lock: &engine::Lock) {
        let me = self.me();
        lock.release();
        self.current.set(me);
    }

    pub(super) fn take_back(&self, body: &Rc<Body>) -> bool {
        let late = &mut self.threads.borrow_mut()[self.me()].late;
        match late.iter().position(|it| Rc::ptr_eq(it, body)) {
            Some(at) => {
                late.swap_remove(at);
                true
            }
            None => false,
        }
    }

    pub(super) fn release_late(&self, me: usize) {
        let late = std::mem::take(&mut self.threads.borrow_mut()[me].late);
        for body in late {
            let Body::Lock(lock) = &*body else { unreachable!("not a lock") };
            self.let_go(lock);
        }
    }
}
