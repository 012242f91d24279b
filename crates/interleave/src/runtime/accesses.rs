//! Loads and writes of atomics, so that the checker misses no order of them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::Ordering;

use super::{Id, Runtime};
use crate::engine::{self, Point};
use crate::model::Backend;
use crate::record::{Intent, Place};

/// The threads' accesses to one atomic.
///
/// loom asks of a write only whether the last access before it could come after it. If that is the writer's own
/// load, loom does not look further back, and never lets the write come before another thread's load. So each
/// thread's loads are also steps on a point of that thread, and a write is a step on the points of all other
/// threads.
///
/// And loom lets a store count as older than a read-modify-write that came before it, as if the store had come
/// between the load and the store of the read-modify-write. So where another thread's read-modify-write is the
/// last, a store looks at it first. (The price: an acquire fence that follows counts this as a read.)
#[derive(Default)]
pub(crate) struct Accesses {
    /// The threads that have loaded since the last write.
    loaded_by: RefCell<Vec<usize>>,
    points: RefCell<Vec<Option<Rc<Point>>>>,
    /// Whose successful read-modify-write was the last, or store after one.
    changed_by: Cell<Option<usize>>,
}

impl Accesses {
    fn point(&self, thread: usize) -> Rc<Point> {
        let mut points = self.points.borrow_mut();
        if points.len() <= thread {
            points.resize(thread + 1, None);
        }
        Rc::clone(points[thread].get_or_insert_with(|| Rc::new(Point::new())))
    }

    fn loaded(&self, by: usize) {
        self.point(by).touch();
        let mut loaded_by = self.loaded_by.borrow_mut();
        if !loaded_by.contains(&by) {
            loaded_by.push(by);
        }
    }

    fn written(&self, by: usize) {
        let loaded_by = self.loaded_by.take();
        // A single thread's last load is what loom looks at.
        if loaded_by.len() > 1 {
            loaded_by
                .into_iter()
                .filter(|thread| *thread != by)
                .for_each(|thread| self.point(thread).touch());
        }
    }
}

impl Runtime {
    /// A load of the atomic `id`, by the engine.
    pub(crate) fn load<R>(&self, id: Id, name: &'static str, place: Place, load: impl FnOnce() -> R) -> R {
        let (body, me) = (self.body(id), self.me());
        self.call(Some(id), Intent::Other(name), place, || {
            let result = load();
            body.accesses().loaded(me);
            result
        })
    }

    /// A store to the atomic `id`, by the engine; `look` is a read-modify-write that changes nothing.
    ///
    /// The look is a step that other executions do not have, so the search begins anew once it knows that looks
    /// are needed.
    pub(crate) fn store(&self, id: Id, place: Place, look: impl FnOnce(), store: impl FnOnce()) {
        let (body, me) = (self.body(id), self.me());
        let settings = &self.shared.settings;
        let made = self.shared.log().objects[id.index].place;
        let looks = settings.looks.contains(&made);
        self.write(id, Intent::Other("store"), place, || {
            if looks {
                look();
                engine::uninterrupted(store);
            } else {
                store();
            }
        });
        let changed_by = &body.accesses().changed_by;
        let unseen = changed_by.get().is_some_and(|thread| thread != me);
        if unseen && !looks && settings.backend == Backend::Loom {
            let mut settings = settings.clone();
            settings.looks.push(made);
            self.shared.restart(settings);
            self.halt();
        }
        changed_by.set(changed_by.get().and(Some(me)));
    }

    /// A read-modify-write of the atomic `id` has succeeded.
    pub(crate) fn changed(&self, id: Id) {
        self.body(id).accesses().changed_by.set(Some(self.me()));
    }

    /// Any operation but a load on the atomic `id`, by the engine.
    pub(crate) fn write<R>(&self, id: Id, intent: Intent, place: Place, write: impl FnOnce() -> R) -> R {
        let (body, me) = (self.body(id), self.me());
        self.call(Some(id), intent, place, || {
            let result = write();
            body.accesses().written(me);
            result
        })
    }

    /// A fence, by the engine.
    pub(crate) fn fence(&self, order: Ordering, place: Place) {
        let fences = self.fences.borrow().clone();
        self.call(None, Intent::Other("fence"), place, || {
            if let Some(fences) = fences.filter(|_| order == Ordering::SeqCst) {
                fences.pass();
            }
            engine::fence(order);
        });
    }
}
