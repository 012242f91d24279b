//! The state of the running execution that only its own OS thread needs, and the frame around each operation.
//!
//! All threads of a model are coroutines on one OS thread, so what is kept here needs no locks; but nothing
//! may stay borrowed over a call into the engine, which may switch to another coroutine.

mod accesses;
mod lock;
mod park;
mod thread;
mod wait;

use std::any::Any;
use std::cell::{Cell, OnceCell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::thread::panicking;
use std::time::Duration;

pub(crate) use self::accesses::Accesses;
pub(crate) use self::lock::Lock;
pub(crate) use self::wait::Queue;
use crate::engine;
use crate::record::{Act, Event, Intent, Object, Pending, Place, Value};
use crate::run::{Shared, Verdict};

thread_local! {
    static RUNTIME: RefCell<Option<Rc<Runtime>>> = const { RefCell::new(None) };
    /// Whether there is a runtime: every operation outside of a model checks this.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// The model whose OS thread this is, if it is one.
pub(crate) fn here() -> Option<Rc<Runtime>> {
    // No access during the OS thread's end: there is no model any more.
    RUNTIME.try_with(|runtime| runtime.borrow().clone()).ok().flatten()
}

/// Makes this OS thread the model's, until the guard is dropped.
pub(crate) fn enter(runtime: Rc<Runtime>) -> impl Drop {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            INSIDE.set(false);
            RUNTIME.with(|slot| slot.borrow_mut().take());
        }
    }
    RUNTIME.with(|slot| *slot.borrow_mut() = Some(runtime));
    INSIDE.set(true);
    Leave
}

/// Returns `real`, which an operation is about to use. Inside a model that is a verdict: the checker does not see
/// operations on real objects.
#[track_caller]
#[inline]
pub(crate) fn outside<T: ?Sized>(real: &T) -> &T {
    if INSIDE.get() {
        made_outside(Place::caller());
    }
    real
}

#[cold]
fn made_outside(place: Place) {
    if let Some(model) = here() {
        model.decide(Verdict::Unjudged(format!(
            "{}:{} uses an object that was made outside of the model: make it inside the closure (to collect \
             what executions find, use std's types)",
            place.file, place.line
        )));
    }
}

/// An object of a model: where it stands in the tables of the execution that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Id {
    execution: u64,
    pub(crate) index: usize,
}

/// What the runtime keeps for an object.
pub(crate) enum Body {
    Atomic { accesses: Accesses, sleepers: OnceCell<Queue> },
    Cell,
    Condvar(Queue),
    Mutex(Lock),
    Once { lock: Lock, ready: Accesses },
}

impl Body {
    pub(crate) fn atomic() -> Self {
        Body::Atomic { accesses: Accesses::default(), sleepers: OnceCell::new() }
    }

    fn accesses(&self) -> &Accesses {
        match self {
            Body::Atomic { accesses, .. } | Body::Once { ready: accesses, .. } => accesses,
            _ => unreachable!("no atomic"),
        }
    }

    fn lock(&self) -> &Lock {
        match self {
            Body::Mutex(lock) | Body::Once { lock, .. } => lock,
            _ => unreachable!("no lock"),
        }
    }

    /// The waiters of a condition variable, or of the futex that an integer is.
    pub(crate) fn queue(&self) -> &Queue {
        match self {
            Body::Condvar(queue) => queue,
            Body::Atomic { sleepers, .. } => sleepers.get_or_init(Queue::new),
            _ => unreachable!("nobody waits here"),
        }
    }
}

/// A thread of the execution.
pub(super) struct Thread {
    handle: Option<engine::Handle>,
    /// Set by a thread that blocks, cleared by the thread that wakes it.
    blocked: bool,
    /// The thread waits on this instead of parking: it may wake spuriously.
    fickle: Option<Rc<engine::Fickle>>,
    may_wake_for_no_reason: bool,
    /// The permit of `unpark`.
    permit: bool,
    parked: bool,
    ended: bool,
    /// The point at which `park` and `unpark` conflict.
    parking: Rc<engine::Relay>,
    /// The point at which the thread's end and `is_finished` conflict.
    end: Rc<engine::Point>,
    /// Locks whose guards a panic has dropped: released at the next operation after the catch.
    late: Vec<Rc<Body>>,
    /// The model's time as this thread knows it.
    clock: Duration,
    time_outs: u32,
    /// The number of its own operations, and of the other threads' operations when a wait of this thread last
    /// timed out.
    operations: u64,
    others_then: u64,
    locals: Vec<(usize, Rc<dyn Any>)>,
    /// The panic on its way through the thread.
    panic: Option<(String, Place)>,
}

pub(crate) struct Runtime {
    pub(crate) shared: Arc<Shared>,
    current: Cell<usize>,
    /// Whether checked code runs, not the engine: then a panic is the code's own.
    in_code: Cell<bool>,
    execution: Cell<u64>,
    operations: Cell<u64>,
    /// Values of the execution, by the address of their static.
    globals: RefCell<Vec<(usize, Rc<dyn Any>)>>,
    threads: RefCell<Vec<Thread>>,
    bodies: RefCell<Vec<Rc<Body>>>,
    /// The point at which `SeqCst` fences conflict: they have one order.
    fences: RefCell<Option<Rc<engine::Point>>>,
}

impl Runtime {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Runtime {
            shared,
            current: Cell::new(0),
            in_code: Cell::new(false),
            execution: Cell::new(0),
            operations: Cell::new(0),
            globals: RefCell::default(),
            threads: RefCell::default(),
            bodies: RefCell::default(),
            fences: RefCell::default(),
        }
    }

    /// Called by the main thread of each execution, first of all.
    pub(crate) fn begin_execution(&self) {
        self.bodies.borrow_mut().clear();
        // Leaked, which is little memory: a destructor could use objects of the execution that is over.
        self.globals.borrow_mut().drain(..).for_each(std::mem::forget);
        self.threads.borrow_mut().clear();
        self.execution.set(self.execution.get() + 1);
        self.operations.set(0);
        self.current.set(0);
        self.shared.log().begin_execution();
        *self.fences.borrow_mut() = Some(Rc::new(engine::Point::new()));
        self.add_thread(Some("main".into()));
        self.threads.borrow_mut()[0].handle = Some(engine::current());
        self.in_code.set(true);
        for maker in &self.shared.settings.globals {
            self.make_global(maker);
        }
    }

    pub(crate) fn executions(&self) -> usize {
        self.shared.log().execution
    }

    /// A panic now comes from the checked code.
    pub(crate) fn in_code(&self) -> bool {
        self.in_code.get()
    }

    /// Stops the model's OS thread for good: after the verdict, code that runs on could only do harm. Nothing
    /// unwinds, so no destructor can abort the process.
    pub(crate) fn halt(&self) -> ! {
        loop {
            std::thread::park();
        }
    }

    /// The verdict.
    pub(crate) fn decide(&self, verdict: Verdict) -> ! {
        self.shared.decide(verdict);
        self.halt()
    }

    pub(crate) fn add_object(
        &self,
        type_name: &'static str,
        place: Place,
        initial: Option<Value>,
        body: Body,
    ) -> Id {
        let mut bodies = self.bodies.borrow_mut();
        bodies.push(Rc::new(body));
        self.shared.log().objects.push(Object { type_name, place, initial, holder: None });
        Id { execution: self.execution.get(), index: bodies.len() - 1 }
    }

    pub(crate) fn body(&self, id: Id) -> Rc<Body> {
        Rc::clone(&self.bodies.borrow()[id.index])
    }

    /// The model that `id` belongs to.
    ///
    /// # Panics
    ///
    /// On any other OS thread than the model's own. An object that has outlived its execution is a verdict.
    pub(crate) fn of(id: Id) -> Rc<Runtime> {
        let Some(runtime) = here() else { panic!("an object of a model is used outside of it") };
        if id.execution != runtime.execution.get() {
            runtime.decide(Verdict::Unjudged(
                "an object made in one execution is used in another: make everything inside the closure"
                    .into(),
            ));
        }
        runtime
    }

    pub(crate) fn me(&self) -> usize {
        self.current.get()
    }

    /// One call into the engine: says first what the thread is about to do, and stops for good if that is
    /// where the verdict falls.
    pub(crate) fn call<R>(
        &self,
        object: Option<Id>,
        intent: Intent,
        place: Place,
        engine: impl FnOnce() -> R,
    ) -> R {
        if self.shared.decided() {
            self.halt();
        }
        let me = self.me();
        let unwinding = panicking();
        if !unwinding {
            self.release_late(me);
        }
        self.shared.log().threads[me].pending =
            Some(Pending { object: object.map(|id| id.index), intent, place });
        self.operations.set(self.operations.get() + 1);
        self.threads.borrow_mut()[me].operations += 1;
        self.in_code.set(false);
        let result =
            catch_unwind(AssertUnwindSafe(
                || {
                    if unwinding { engine::uninterrupted(engine) } else { engine() }
                },
            ));
        match result {
            Ok(result) => {
                self.current.set(me);
                self.in_code.set(true);
                result
            }
            Err(payload) => {
                // The hook has decided already, unless the checked code has replaced the hook.
                self.decide(Verdict::Engine(crate::run::message(&*payload)))
            }
        }
    }

    /// Records what has been done.
    pub(crate) fn log(&self, object: Option<Id>, act: Act, place: Place) {
        let thread = self.me();
        let mut log = self.shared.log();
        log.beats += 1;
        log.threads[thread].pending = None;
        let object = object.map(|id| id.index);
        log.events.push(Event { thread, object, act, place });
    }

    /// The thread is not about to do anything any more.
    pub(crate) fn settle(&self) {
        let me = self.me();
        self.shared.log().threads[me].pending = None;
    }

    /// Records the holder of `object` from now on.
    pub(crate) fn hold(&self, object: Id, holder: Option<Place>) {
        let me = self.me();
        self.shared.log().objects[object.index].holder = holder.map(|place| (me, place));
    }

    /// While a panic unwinds the thread cannot be switched: every coroutine shares this OS thread's panic
    /// count.
    fn blocks_while_unwinding(&self) {
        if panicking() {
            let panic = self.threads.borrow()[self.me()].panic.clone();
            self.decide(match panic {
                Some((message, place)) if self.me() == 0 => Verdict::Panic { message, place },
                Some((message, _)) => Verdict::Unjudged(format!(
                    "while the panic \"{message}\" unwinds, a destructor has to wait: that cannot be followed"
                )),
                None => Verdict::Unjudged("a destructor has to wait while a panic unwinds".into()),
            });
        }
    }
}
