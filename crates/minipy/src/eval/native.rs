//! Native functions: how they are called, and what they return.

use std::sync::Arc;
use std::time::Duration;

use super::exception::{Exception, ExceptionKind, Result};
use super::object::{Payload, Value};
use super::shared::Shared;
use super::threading::{PyLock, PyThread, ThreadHandle};
use crate::Gil;
use crate::syntax::tree::Constant;
use ungil_vtime::Platform;

/// A native function: Rust code that a program calls by a name.
pub(crate) struct Native<G: Gil> {
    pub name: &'static str,
    pub run: NativeFunction<G>,
}

pub(crate) type NativeFunction<G> = fn(&Context<'_, G>, &mut Arguments<'_, G>) -> Result<Returned<G>>;

/// The caller of a native function.
pub(crate) struct Context<'a, G: Gil> {
    pub shared: &'a Arc<Shared<G>>,
    pub thread: &'a G::Thread,
    pub handle: &'a Arc<ThreadHandle<G::Platform>>,
}

/// What a native function returns.
pub(crate) enum Returned<G: Gil> {
    Value(Value<G>),
    /// A call to perform without the GIL, whose result is the function's.
    BlockingCall(BlockingCall<G>),
}

/// Something that blocks or takes long, and changes no object: what stands between CPython's `Py_BEGIN_ALLOW_THREADS`
/// and `Py_END_ALLOW_THREADS`.
pub(crate) enum BlockingCall<G: Gil> {
    /// Waits for a lock. The result is true if the lock was acquired in time.
    Acquire(Value<G>, Option<Duration>),
    /// Waits for the end of a thread.
    Join(Value<G>, Option<Duration>),
    Sleep(Duration),
    /// Input and output, or a computation.
    Work(Box<dyn Fn() -> Result<Constant> + Send>),
}

impl<G: Gil> BlockingCall<G> {
    /// Performs the call, which may block. Needs no GIL, as it changes no reference count.
    pub fn perform(&self, platform: &G::Platform) -> Result<Constant> {
        Ok(match self {
            BlockingCall::Acquire(lock, timeout) => Constant::Bool(lock.lock().acquire(*timeout)),
            BlockingCall::Join(thread, timeout) => {
                thread.thread().handle.join(*timeout);
                Constant::None
            }
            BlockingCall::Sleep(time) => {
                platform.sleep(*time);
                Constant::None
            }
            BlockingCall::Work(work) => work()?,
        })
    }
}

/// The arguments of a call. Arguments with names come last.
pub(crate) struct Arguments<'a, G: Gil> {
    pub function: &'static str,
    pub values: &'a mut [Option<Value<G>>],
    pub names: &'a [String],
}

impl<G: Gil> Arguments<'_, G> {
    pub fn error<T>(&self, message: String) -> Result<T> {
        Err(Exception::new(ExceptionKind::TypeError, message))
    }

    /// How many arguments have no name.
    pub fn plain(&self) -> usize {
        self.values.len() - self.names.len()
    }

    /// The argument at this place or with this name, if there is one.
    pub fn take(&mut self, place: usize, name: &str) -> Option<Value<G>> {
        let plain = self.plain();
        if place < plain {
            return self.values[place].take();
        }
        let index = self.names.iter().position(|other| other == name)?;
        self.values[plain + index].take()
    }

    /// Checks that there are at least `least` and at most `most` arguments without a name, and that all names are among
    /// `names`.
    pub fn check(&self, least: usize, most: usize, names: &[&str]) -> Result<()> {
        let function = self.function;
        if let Some(name) = self.names.iter().find(|name| !names.contains(&name.as_str())) {
            return self.error(format!("{function}() got an unexpected keyword argument '{name}'"));
        }
        let given = self.plain();
        if (least..=most).contains(&given) {
            return Ok(());
        }
        let argument = |n: usize| if n == 1 { "1 argument".to_owned() } else { format!("{n} arguments") };
        self.error(match (least == most, given < least) {
            (true, _) => format!("{function}() takes {} ({given} given)", argument(least)),
            (false, true) => format!("{function}() takes at least {} ({given} given)", argument(least)),
            (false, false) => format!("{function}() takes at most {} ({given} given)", argument(most)),
        })
    }

    /// The arguments, if there are exactly `N`, all without a name.
    pub fn exactly<const N: usize>(&mut self) -> Result<[Value<G>; N]> {
        self.check(N, N, &[])?;
        Ok(std::array::from_fn(|i| self.values[i].take().expect("an argument has a value")))
    }

    /// The arguments, if none has a name.
    pub fn all(&mut self) -> Result<Vec<Value<G>>> {
        self.check(0, usize::MAX, &[])?;
        Ok(self.values.iter_mut().map(|value| value.take().expect("an argument has a value")).collect())
    }
}

impl<G: Gil> Payload<G> {
    /// The value as a float, or Python's `TypeError`.
    pub fn number(&self) -> Result<f64> {
        self.float().ok_or_else(|| {
            Exception::new(ExceptionKind::TypeError, format!("must be real number, not {}", self.type_name()))
        })
    }

    /// The value as an integer, or Python's `TypeError`.
    pub fn integer(&self) -> Result<i64> {
        self.int().ok_or_else(|| {
            let message = format!("'{}' object cannot be interpreted as an integer", self.type_name());
            Exception::new(ExceptionKind::TypeError, message)
        })
    }

    /// The value as a number of seconds, or Python's error.
    pub fn seconds(&self) -> Result<Duration> {
        let seconds = self.number()?;
        if seconds.is_nan() || seconds < 0.0 {
            return Err(Exception::new(ExceptionKind::ValueError, "a time is a number that is not negative"));
        }
        Ok(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
    }
}

impl<G: Gil> Value<G> {
    /// The lock. The caller knows that the value is a lock.
    pub fn lock(&self) -> &PyLock<G> {
        match &**self {
            Payload::Lock(lock) => lock,
            _ => unreachable!("a lock's method belongs to a lock"),
        }
    }

    /// The thread. The caller knows that the value is a thread.
    pub fn thread(&self) -> &PyThread<G> {
        match &**self {
            Payload::Thread(thread) => thread,
            _ => unreachable!("a thread's method belongs to a thread"),
        }
    }
}

/// The modules that a program can import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Module {
    Math,
    Native,
    Sys,
    Threading,
    Time,
}

impl Module {
    pub const ALL: [Module; 5] = [Module::Math, Module::Native, Module::Sys, Module::Threading, Module::Time];

    pub fn name(self) -> &'static str {
        match self {
            Module::Math => "math",
            Module::Native => "native",
            Module::Sys => "sys",
            Module::Threading => "threading",
            Module::Time => "time",
        }
    }
}

/// What an attribute belongs to: a module, or a type. A built-in function belongs to neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Builtin,
    Module(Module),
    /// The name of the type.
    Type(&'static str),
}

/// Something that programs find by name.
pub(crate) struct Entry<G: Gil> {
    pub owner: Owner,
    pub name: &'static str,
    pub value: Found<G>,
}

pub(crate) enum Found<G: Gil> {
    Function(NativeFunction<G>),
    Float(f64),
}

impl<G: Gil> Entry<G> {
    pub fn function(owner: Owner, name: &'static str, run: NativeFunction<G>) -> Self {
        Entry { owner, name, value: Found::Function(run) }
    }

    /// The function or number as an object.
    pub fn value(self) -> Value<G> {
        match self.value {
            Found::Function(run) => Value::new(Payload::Native(Box::new(Native { name: self.name, run }))),
            Found::Float(number) => Value::float(number),
        }
    }
}
