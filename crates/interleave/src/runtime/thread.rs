//! The threads of an execution: their beginning, their end, their panics, their locals.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use super::{Id, Runtime, Thread};
use crate::engine;
use crate::global::Maker;
use crate::model::Settings;
use crate::record::{Act, Intent, Place, ThreadLog};
use crate::run::Verdict;

impl Runtime {
    /// A thread in the tables.
    pub(crate) fn add_thread(&self, name: Option<String>) -> Id {
        let mut threads = self.threads.borrow_mut();
        threads.push(Thread {
            handle: None,
            blocked: false,
            fickle: None,
            may_wake_for_no_reason: true,
            permit: false,
            parked: false,
            ended: false,
            parking: Rc::new(engine::Relay::new()),
            end: Rc::new(engine::Point::new()),
            late: Vec::new(),
            clock: Duration::ZERO,
            time_outs: 0,
            operations: 0,
            others_then: 0,
            locals: Vec::new(),
            panic: None,
        });
        self.shared.log().threads.push(ThreadLog { name, ..ThreadLog::default() });
        Id { execution: self.execution.get(), index: threads.len() - 1 }
    }

    pub(crate) fn threads(&self) -> usize {
        self.threads.borrow().len()
    }

    /// The calling thread.
    pub(crate) fn current(&self) -> Id {
        Id { execution: self.execution.get(), index: self.me() }
    }

    pub(crate) fn name(&self, thread: Id) -> Option<String> {
        self.shared.log().threads[thread.index].name.clone()
    }

    /// Runs `f` as the body of a thread of the model; a panic that comes out of it is the verdict.
    pub(crate) fn body_of_thread<T>(&self, thread: usize, f: impl FnOnce() -> T) -> Option<T> {
        self.threads.borrow_mut()[thread].handle.get_or_insert_with(engine::current);
        self.current.set(thread);
        self.in_code.set(true);
        let result = catch_unwind(AssertUnwindSafe(|| {
            let result = f();
            self.drop_locals(thread);
            result
        }));
        match result {
            Ok(result) => Some(result),
            Err(payload) => self.uncaught(&*payload),
        }
    }

    /// A panic has come out of a thread.
    pub(super) fn uncaught<T>(&self, payload: &(dyn Any + Send)) -> Option<T> {
        if self.shared.decided() {
            self.halt();
        }
        let panic = self.threads.borrow_mut()[self.me()].panic.take();
        let message = crate::run::message(payload);
        let place = match panic {
            Some((noted, place)) if noted == message => place,
            // resume_unwind: no hook has seen it.
            _ => self.shared.caller,
        };
        let verdict = Verdict::Panic { message, place };
        let alone = self.threads.borrow().iter().skip(1).all(|thread| thread.ended);
        if self.me() == 0 && alone {
            // The search can go on from here: to the engine, the execution simply ends.
            if self.shared.judge(verdict) {
                return None;
            }
            self.halt()
        }
        self.decide(verdict)
    }

    /// What the panic hook sees of the checked code's own panics: kept until they are caught or not.
    pub(crate) fn note_panic(&self, message: String, place: Place) {
        let me = self.me();
        self.log(None, Act::Panic(message.clone()), place);
        if let Ok(mut threads) = self.threads.try_borrow_mut() {
            threads[me].panic = Some((message, place));
        }
    }

    /// The end of a thread; the engine then wakes its joiners.
    pub(crate) fn end(&self, place: Place) {
        let me = self.me();
        self.release_late(me);
        if self.shared.settings.watch_ends {
            let end = Rc::clone(&self.threads.borrow()[me].end);
            self.call(None, Intent::Other("ends"), place, || end.pass());
        }
        self.log(None, Act::End, place);
        self.shared.log().threads[me].ended = true;
        self.threads.borrow_mut()[me].ended = true;
        self.in_code.set(false);
    }

    /// The end of the main thread. Not a step of the search, as no thread joins the main thread.
    pub(crate) fn end_main(&self) {
        self.release_late(0);
        self.log(None, Act::End, self.shared.caller);
        self.shared.log().threads[0].ended = true;
        self.in_code.set(false);
    }

    /// Blocks until `target` has ended.
    pub(crate) fn join<T>(
        &self,
        target: usize,
        handle: engine::JoinHandle<T>,
        place: Place,
    ) -> std::thread::Result<T> {
        if !self.threads.borrow()[target].ended {
            self.blocks_while_unwinding();
        }
        let result = self.call(None, Intent::Join(target), place, || handle.join());
        self.log(None, Act::Join(target), place);
        result
    }

    pub(crate) fn is_finished(&self, target: usize, place: Place) -> bool {
        if !self.shared.settings.watch_ends {
            // Ends are not steps of the search yet, and most models are better off so.
            self.shared.restart(Settings { watch_ends: true, ..self.shared.settings.clone() });
            self.halt();
        }
        let end = Rc::clone(&self.threads.borrow()[target].end);
        self.call(None, Intent::Other("is_finished"), place, || end.pass());
        let ended = self.threads.borrow()[target].ended;
        self.log(None, Act::IsFinished(target, ended), place);
        ended
    }

    /// The execution's value of a global.
    ///
    /// The first thread that uses the global makes it, if it is the only thread. Otherwise another thread might
    /// use the value without seeing it made, which would be found as a race; so the search begins anew, and makes
    /// the global before the threads.
    pub(crate) fn global(&self, key: usize, maker: impl FnOnce() -> Maker) -> Rc<dyn Any> {
        let known = |runtime: &Self| {
            let globals = runtime.globals.borrow();
            globals.iter().find(|(it, _)| *it == key).map(|(_, value)| Rc::clone(value))
        };
        if let Some(value) = known(self) {
            return value;
        }
        let maker = maker();
        if self.threads() > 1 {
            let mut settings = self.shared.settings.clone();
            settings.globals.push(maker);
            self.shared.restart(settings);
            self.halt();
        }
        self.make_global(&maker)
    }

    pub(super) fn make_global(&self, maker: &Maker) -> Rc<dyn Any> {
        let value = (maker.make)();
        self.globals.borrow_mut().push((maker.key, Rc::clone(&value)));
        value
    }

    /// The calling thread's value of a thread-local.
    pub(crate) fn local(&self, key: usize) -> Option<Rc<dyn Any>> {
        let threads = self.threads.borrow();
        let locals = &threads[self.me()].locals;
        locals.iter().find(|(it, _)| *it == key).map(|(_, value)| Rc::clone(value))
    }

    pub(crate) fn set_local(&self, key: usize, value: Rc<dyn Any>) {
        self.threads.borrow_mut()[self.me()].locals.push((key, value));
    }

    /// The value made last is dropped first. A destructor may make new values, which are dropped too.
    pub(super) fn drop_locals(&self, thread: usize) {
        loop {
            let local = self.threads.borrow_mut()[thread].locals.pop();
            if local.is_none() {
                break;
            }
        }
    }
}
