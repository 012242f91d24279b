//! What the threads of an interpreter share. A thread enters with the GIL, and in no other way.

use std::cell::UnsafeCell;
use std::fmt;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicIsize, AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ungil_primitives::RawLock;

use super::exception::{Exception, ExceptionKind, Result, Uncaught};
use super::native::{Entry, Module, Owner};
use super::object::{Payload, Value};
use super::threading::ThreadHandle;
use crate::compile::program::Program;
use crate::library;
use crate::syntax::tree::Constant;
use crate::{Gil, allow_threads};
use ungil_vtime::Platform;

/// The small integers that are made once, as in CPython.
const SMALL: std::ops::RangeInclusive<i64> = -5..=256;

/// Where text goes.
pub(crate) type Sink = Mutex<Box<dyn Write + Send>>;

pub(crate) struct Shared<G: Gil> {
    gil: G,
    /// The thread that has the GIL, or 0.
    holder: AtomicU64,
    pub program: Arc<Program>,
    /// The constants of each code.
    pub constants: Vec<Vec<Value<G>>>,
    pub globals: Vec<Global<G>>,
    /// For each attribute's name: the owners that have such an attribute, and its value.
    attributes: Vec<Vec<(Owner, Value<G>)>>,
    modules: Vec<(Module, Value<G>)>,
    none: Value<G>,
    yes: Value<G>,
    no: Value<G>,
    small: Vec<Value<G>>,
    output: Sink,
    errors: Sink,
    /// The number of threads so far, which is the last ident given.
    threads: AtomicU64,
    /// How many threads, not counting the main thread, have not ended.
    pub running: AtomicUsize,
    /// The platform's threads, to be joined.
    pub spawned: Mutex<Vec<<G::Platform as Platform>::Thread>>,
    /// The exceptions that have ended threads other than the main thread.
    pub uncaught: Mutex<Vec<Uncaught>>,
    /// Which two threads an exclusive GIL has let in.
    pub broken: OnceLock<String>,
    /// The first thread to panic, the main thread excepted.
    pub panicked: OnceLock<String>,
    /// For the tests: cells taken minus cells given back.
    pub live: Arc<AtomicIsize>,
    /// Whether threads can be started.
    pub threading: bool,
    /// The last field, because it must be dropped last.
    immortals: Immortals<G>,
}

/// One reference to each immortal object. Under an exclusive GIL there are none.
struct Immortals<G: Gil>(Mutex<Vec<Value<G>>>);

impl<G: Gil> Immortals<G> {
    fn keep(&self, value: Value<G>) -> Value<G> {
        if !G::EXCLUSIVE && !value.is_immortal() {
            let value = value.immortal();
            lock(&self.0).push(value.clone());
            return value;
        }
        value
    }
}

impl<G: Gil> Drop for Immortals<G> {
    fn drop(&mut self) {
        for value in lock(&self.0).drain(..) {
            // SAFETY: each object is there once, and all other references are gone, with the threads and the other
            // fields.
            unsafe { value.mortal() };
        }
    }
}

/// Locks a mutex. The guard is never held over code that could panic or block.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<G: Gil> Shared<G> {
    /// The caller is the only thread.
    pub fn new(
        gil: G,
        program: Arc<Program>,
        globals: &[(String, Constant)],
        output: Box<dyn Write + Send>,
        errors: Box<dyn Write + Send>,
    ) -> Self {
        let immortals = Immortals(Mutex::default());
        let immortal = |payload| immortals.keep(Value::new(payload));
        let modules = Module::ALL.map(|module| (module, immortal(Payload::Module(module))));
        let none = immortal(Payload::None);
        let (yes, no) = (immortal(Payload::Bool(true)), immortal(Payload::Bool(false)));
        let small: Vec<_> = SMALL.map(|number| immortal(Payload::Int(number))).collect();
        let mut shared = Shared {
            gil,
            holder: AtomicU64::new(0),
            constants: Vec::new(),
            globals: program.names.globals.iter().map(|_| Global::new()).collect(),
            attributes: program.names.attributes.iter().map(|_| Vec::new()).collect(),
            program,
            modules: modules.into(),
            none,
            yes,
            no,
            small,
            output: Mutex::new(output),
            errors: Mutex::new(errors),
            threads: AtomicU64::new(0),
            running: AtomicUsize::new(0),
            spawned: Mutex::default(),
            uncaught: Mutex::default(),
            broken: OnceLock::new(),
            panicked: OnceLock::new(),
            live: Arc::default(),
            threading: true,
            immortals,
        };
        for entry in library::entries() {
            shared.offer(entry);
        }
        for (name, constant) in globals {
            if let Some(place) = shared.program.names.globals.iter().position(|global| global == name) {
                shared.globals[place].set(Some(shared.constant(constant)));
            }
        }
        let constants = shared.program.codes.iter().map(|code| {
            let values = code.constants.iter().map(|constant| shared.constant(constant));
            values.map(|value| shared.keep(value)).collect()
        });
        shared.constants = constants.collect();
        shared
    }

    /// No threads can be started.
    pub fn alone(self) -> Self {
        Shared { threading: false, ..self }
    }

    /// Puts an entry of the library where the program finds it, if the program uses its name.
    fn offer(&mut self, entry: Entry<G>) {
        let (owner, name) = (entry.owner, entry.name);
        let names = &self.program.names;
        if owner == Owner::Builtin {
            if let Some(place) = names.globals.iter().position(|global| global == name) {
                let value = self.keep(entry.value());
                self.globals[place].set(Some(value));
            }
        } else if let Some(place) = names.attributes.iter().position(|attribute| attribute == name) {
            let value = self.keep(entry.value());
            self.attributes[place].push((owner, value));
        }
    }

    /// Without an exclusive GIL: makes a new object immortal, so it lives as long as the interpreter.
    pub fn keep(&self, value: Value<G>) -> Value<G> {
        self.immortals.keep(value)
    }

    /// Takes the GIL. Only the holder of the GIL uses values.
    ///
    /// # Panics
    ///
    /// If an exclusive GIL lets a second thread in, before that thread can do harm.
    pub fn enter(self: &Arc<Self>, thread: &G::Thread, ident: u64) {
        self.gil.take_gil(thread);
        self.entered(ident);
    }

    fn entered(self: &Arc<Self>, ident: u64) {
        if !G::EXCLUSIVE {
            return;
        }
        // Acquire: what the last holder did happens before, even if the GIL itself does not order it.
        let free = self.holder.compare_exchange(0, ident, Ordering::Acquire, Ordering::Relaxed);
        if let Err(other) = free {
            // The state of the objects is unknown, so none is freed.
            std::mem::forget(Arc::clone(self));
            let message = format!("two threads have the GIL: number {ident} got it while {other} had it");
            panic!("{}", self.broken.get_or_init(|| message));
        }
    }

    /// Drops the GIL that the thread has taken in [`enter`](Self::enter).
    ///
    /// # Safety
    ///
    /// This thread has entered.
    pub unsafe fn leave(&self, thread: &G::Thread) {
        // Release: pairs with the Acquire in `entered`.
        self.holder.store(0, Ordering::Release);
        // SAFETY: the thread has taken the GIL in `enter`.
        unsafe { self.gil.drop_gil(thread) };
    }

    /// Takes the GIL, runs `f`, and drops the GIL, also if `f` panics: other threads must not wait for ever.
    pub fn inside<R>(self: &Arc<Self>, thread: &G::Thread, ident: u64, f: impl FnOnce() -> R) -> R {
        self.enter(thread, ident);
        let result = catch_unwind(AssertUnwindSafe(f));
        if self.is_inside(ident) {
            // SAFETY: the thread has entered, as `is_inside` has just checked.
            unsafe { self.leave(thread) };
        }
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Whether this thread, which had entered, is still inside: false if the GIL has panicked or has let another thread
    /// in.
    pub fn is_inside(&self, ident: u64) -> bool {
        // Relaxed: only this thread writes its ident there.
        !G::EXCLUSIVE || self.holder.load(Ordering::Relaxed) == ident
    }

    /// Drops the GIL and takes it again: [`Gil::yield_gil`].
    ///
    /// # Safety
    ///
    /// This thread has entered.
    pub unsafe fn yield_gil(self: &Arc<Self>, thread: &G::Thread, ident: u64) {
        self.holder.store(0, Ordering::Release);
        // SAFETY: the thread has taken the GIL in `enter`.
        unsafe { self.gil.yield_gil(thread) };
        self.entered(ident);
    }

    /// Runs native code without the GIL.
    ///
    /// # Safety
    ///
    /// This thread has entered, and `native` changes no object and no count.
    pub unsafe fn allow_threads<R>(
        self: &Arc<Self>,
        thread: &G::Thread,
        ident: u64,
        native: impl FnOnce() -> R,
    ) -> R {
        self.holder.store(0, Ordering::Release);
        // SAFETY: the thread has taken the GIL in `enter`; the caller promises the rest.
        let result = unsafe { allow_threads(&self.gil, thread, || catch_unwind(AssertUnwindSafe(native))) };
        self.entered(ident);
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }

    pub fn gil(&self) -> &G {
        &self.gil
    }

    pub fn platform(&self) -> &G::Platform {
        self.gil.platform()
    }

    #[inline]
    pub fn none(&self) -> Value<G> {
        self.none.clone()
    }

    #[inline]
    pub fn bool(&self, value: bool) -> Value<G> {
        if value { self.yes.clone() } else { self.no.clone() }
    }

    #[inline]
    pub fn int(&self, number: i64) -> Value<G> {
        // A number below the first wraps around to an index that is far too large.
        match self.small.get(number.wrapping_sub(*SMALL.start()) as usize) {
            Some(small) => small.clone(),
            None => Value::int(number),
        }
    }

    /// A payload as an object: a shared one for small integers, bools and None.
    pub fn value(&self, payload: Payload<G>) -> Value<G> {
        match payload {
            Payload::Int(number) => self.int(number),
            Payload::Bool(value) => self.bool(value),
            Payload::None => self.none(),
            other => Value::new(other),
        }
    }

    pub fn constant(&self, constant: &Constant) -> Value<G> {
        match constant {
            Constant::None => self.none(),
            Constant::Bool(value) => self.bool(*value),
            Constant::Int(number) => self.int(*number),
            Constant::Float(number) => Value::float(*number),
            Constant::Text(text) => Value::text(text.as_str()),
        }
    }

    /// The attribute of an object.
    pub fn attribute(&self, object: &Value<G>, name: u32) -> Result<Value<G>> {
        let owner = match &**object {
            Payload::Module(module) => Owner::Module(*module),
            other => Owner::Type(other.type_name()),
        };
        let found = self.attributes[name as usize].iter().find(|(other, _)| *other == owner);
        if let Some((_, value)) = found {
            return Ok(value.clone());
        }
        let name = &self.program.names.attributes[name as usize];
        if let (Payload::Thread(thread), "name") = (&**object, name.as_str()) {
            return Ok(Value::text(thread.handle.name.as_str()));
        }
        Err(Exception::new(
            ExceptionKind::AttributeError,
            match &**object {
                Payload::Module(module) => {
                    format!("module '{}' has no attribute '{name}' that is offered here", module.name())
                }
                other => format!("'{}' object has no attribute '{name}'", other.type_name()),
            },
        ))
    }

    pub fn module(&self, name: u32) -> Result<Value<G>> {
        let name = &self.program.names.attributes[name as usize];
        let found = self.modules.iter().find(|(module, _)| module.name() == name);
        found.map(|(_, value)| value.clone()).ok_or_else(|| {
            let offered = Module::ALL.map(Module::name).join(", ");
            let message = format!("No module named '{name}' is offered here; there are {offered}");
            Exception::new(ExceptionKind::ModuleNotFoundError, message)
        })
    }

    /// A handle of a new thread. As in Python, a thread without a name gets a number.
    pub fn new_handle(
        &self,
        name: Option<String>,
        target: Option<&Value<G>>,
    ) -> Arc<ThreadHandle<G::Platform>> {
        let number = self.threads.fetch_add(1, Ordering::Relaxed);
        let name = name.unwrap_or_else(|| match target.map(|target| &**target) {
            Some(Payload::Function(code)) => {
                format!("Thread-{number} ({})", self.program.codes[*code as usize].name)
            }
            Some(Payload::Native(native)) => format!("Thread-{number} ({})", native.name),
            _ => format!("Thread-{number}"),
        });
        // The main thread has number 0, and 0 is no thread's ident.
        Arc::new(ThreadHandle::new(self.platform(), name, number + 1))
    }

    /// # Errors
    ///
    /// Python's `OSError` if the output cannot be written.
    pub fn print(&self, line: &str) -> Result<()> {
        let mut output = lock(&self.output);
        output
            .write_all(line.as_bytes())
            .map_err(|error| Exception::new(ExceptionKind::OSError, error.to_string()))
    }

    /// Writes the traceback of an exception that has ended a thread.
    pub fn report(&self, traceback: fmt::Arguments<'_>) {
        // If the errors cannot be written, there is nothing more to do.
        let _ = writeln!(lock(&self.errors), "{traceback}");
    }

    /// Flushes the output and the errors.
    pub fn flush(&self) {
        for sink in [&self.output, &self.errors] {
            // If the output cannot be written, there is nothing more to do.
            let _ = lock(sink).flush();
        }
    }
}

/// A global variable.
pub(crate) struct Global<G: Gil> {
    lock: RawLock,
    value: UnsafeCell<Option<Value<G>>>,
    /// Without an exclusive GIL: the value, if it is immortal. Reading an immortal value takes no lock and counts
    /// nothing, so threads that all call one function do not contend for it.
    immortal: AtomicPtr<()>,
}

// SAFETY: the value is read and written by the holder of the exclusive GIL or, without one, of the lock.
unsafe impl<G: Gil> Sync for Global<G> {}

impl<G: Gil> Global<G> {
    fn new() -> Self {
        Global {
            lock: RawLock::new(),
            value: UnsafeCell::new(None),
            immortal: AtomicPtr::new(ptr::null_mut()),
        }
    }

    #[inline]
    pub fn get(&self) -> Option<Value<G>> {
        if G::EXCLUSIVE {
            // SAFETY: this thread has the GIL.
            return unsafe { (*self.value.get()).clone() };
        }
        // Acquire: pairs with the Release in `set`, so that the object is seen as it was made.
        if let Some(pointer) = NonNull::new(self.immortal.load(Ordering::Acquire)) {
            // SAFETY: `set` stores a pointer here only if the value is immortal.
            return Some(unsafe { Value::from_pointer(pointer) });
        }
        self.lock.acquire();
        // SAFETY: this thread has the lock.
        let value = unsafe { (*self.value.get()).clone() };
        self.lock.release().expect("it was acquired above");
        value
    }

    /// Returns the value before, which the caller drops when nothing is locked.
    #[inline]
    pub fn set(&self, value: Option<Value<G>>) -> Option<Value<G>> {
        if G::EXCLUSIVE {
            // SAFETY: this thread has the GIL.
            return std::mem::replace(unsafe { &mut *self.value.get() }, value);
        }
        let pointer =
            value.as_ref().filter(|value| value.is_immortal()).map_or(ptr::null_mut(), Value::pointer);
        self.lock.acquire();
        // SAFETY: this thread has the lock.
        let before = std::mem::replace(unsafe { &mut *self.value.get() }, value);
        self.immortal.store(pointer, Ordering::Release);
        self.lock.release().expect("it was acquired above");
        before
    }
}
