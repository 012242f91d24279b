//! Taking and releasing locks, also while a panic unwinds.

use std::rc::Rc;
use std::thread::panicking;

use super::{Body, Id, Runtime};
use crate::engine::{self, Point};
use crate::model::{Backend, Settings};
use crate::record::{Act, Intent, Place};

/// A lock, and the schedule point at which `try_lock` conflicts with `lock` and `unlock`.
pub(crate) struct Lock {
    lock: engine::Lock,
    tried: Point,
}

impl Lock {
    pub(crate) fn new() -> Self {
        Lock { lock: engine::Lock::new(), tried: Point::new() }
    }
}

impl Runtime {
    /// Blocks until the calling thread has the lock.
    pub(crate) fn acquire(&self, id: Id, intent: Intent, place: Place) {
        let body = self.body(id);
        if panicking() {
            if self.take_back(&body) {
                return;
            }
            if self.shared.log().objects[id.index].holder.is_some() {
                self.blocks_while_unwinding();
            }
        }
        self.call(Some(id), intent, place, || {
            body.lock().lock.acquire();
            self.touch(&body);
        });
        self.hold(id, Some(place));
    }

    pub(crate) fn try_acquire(&self, id: Id, place: Place) -> bool {
        let settings = &self.shared.settings;
        if settings.backend == Backend::Loom && !settings.watch_locks {
            // Nothing watches for `try_lock` yet: most models do not need it, and are smaller without it.
            self.shared.restart(Settings { watch_locks: true, ..settings.clone() });
            self.halt();
        }
        let body = self.body(id);
        let Lock { lock, tried } = body.lock();
        let acquired = (panicking() && self.take_back(&body))
            || self.call(Some(id), Intent::Other("try_lock"), place, || {
                tried.pass();
                lock.try_acquire()
            });
        if acquired {
            self.hold(id, Some(place));
        }
        acquired
    }

    /// Releases a mutex whose guard is dropped; `place` is where the guard was made. It is a step of the search
    /// only if the model calls `try_lock`: waiting threads contend for the mutex anyway.
    pub(crate) fn unlock(&self, id: Id, place: Place) {
        if self.shared.settings.watch_locks {
            let body = self.body(id);
            self.call(Some(id), Intent::Other("unlock"), place, || body.lock().tried.pass());
        }
        self.log(Some(id), Act::Unlock, place);
        self.release(id);
    }

    /// Releases a lock, as part of another step.
    pub(crate) fn release(&self, id: Id) {
        if self.shared.decided() {
            self.halt();
        }
        let body = self.body(id);
        self.hold(id, None);
        if panicking() {
            self.threads.borrow_mut()[self.me()].late.push(body);
        } else {
            self.let_go(&body);
        }
    }

    /// Like [`release`](Self::release), and the step conflicts with each try to take the lock.
    pub(crate) fn release_within(&self, id: Id) {
        self.touch(&self.body(id));
        self.release(id);
    }

    fn touch(&self, body: &Body) {
        if self.shared.settings.watch_locks {
            body.lock().tried.touch();
        }
    }

    /// shuttle may switch to another thread here.
    fn let_go(&self, body: &Body) {
        let me = self.me();
        body.lock().lock.release();
        self.current.set(me);
    }

    fn take_back(&self, body: &Rc<Body>) -> bool {
        let late = &mut self.threads.borrow_mut()[self.me()].late;
        let at = late.iter().position(|it| Rc::ptr_eq(it, body));
        at.map(|at| late.swap_remove(at)).is_some()
    }

    pub(super) fn release_late(&self, me: usize) {
        let late = std::mem::take(&mut self.threads.borrow_mut()[me].late);
        late.iter().for_each(|body| self.let_go(body));
    }
}
