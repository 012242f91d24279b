//! Functions that are not Python: how they are called, and what they answer.

use std::sync::Arc;
use std::time::Duration;

use super::exception::{Exception, Kind, Result};
use super::object::{Payload, Value};
use super::shared::Shared;
use super::threading::{PyLock, PyThread, Record};
use crate::Gil;
use crate::syntax::tree::Constant;
use ungil_vtime::Platform;

/// A function that is not Python.
pub(crate) struct Native<G: Gil> {
    pub name: &'static str,
    pub run: Function<G>,
}

pub(crate) type Function<G> = fn(&Context<'_, G>, &mut Arguments<'_, G>) -> Result<Answer<G>>;

/// The caller of a native function.
pub(crate) struct Context<'a, G: Gil> {
    pub shared: &'a Arc<Shared<G>>,
    pub thread: &'a G::Thread,
    pub record: &'a Arc<Record<G::Platform>>,
}

/// What a native function has come to.
pub(crate) enum Answer<G: Gil> {
    Value(Value<G>),
    /// What is to be done first, without the GIL; its result is the function's.
    Block(Block<G>),
}

/// What takes long and touches no object: `Py_BEGIN_ALLOW_THREADS` and what comes then.
pub(crate) enum Block<G: Gil> {
    /// A lock that somebody has. True if it was acquired in time.
    Acquire(Value<G>, Option<Duration>),
    /// The end of a thread.
    Join(Value<G>, Option<Duration>),
    Sleep(Duration),
    /// Input and output, or a computation.
    Work(Box<dyn Fn() -> Result<Constant> + Send>),
}

impl<G: Gil> Block<G> {
    /// Does it. Blocks; no GIL is needed, as it changes no count.
    pub fn perform(&self, platform: &G::Platform) -> Result<Constant> {
        Ok(match self {
            Block::Acquire(lock, timeout) => Constant::Bool(lock.lock().acquire(*timeout)),
            Block::Join(thread, timeout) => {
                thread.thread().record.join(*timeout);
                Constant::None
            }
            Block::Sleep(time) => {
                platform.sleep(*time);
                Constant::None
            }
            Block::Work(work) => work()?,
        })
    }
}

/// The arguments of a call: those with names come last.
pub(crate) struct Arguments<'a, G: Gil> {
    pub function: &'static str,
    pub values: &'a mut [Option<Value<G>>],
    pub names: &'a [String],
}

impl<G: Gil> Arguments<'_, G> {
    pub fn error<T>(&self, message: String) -> Result<T> {
        Err(Exception::new(Kind::TypeError, message))
    }

    /// How many have no name.
    pub fn plain(&self) -> usize {
        self.values.len() - self.names.len()
    }

    /// The one with this place or this name.
    pub fn take(&mut self, place: usize, name: &str) -> Option<Value<G>> {
        let plain = self.plain();
        if place < plain {
            return self.values[place].take();
        }
        let index = self.names.iter().position(|other| other == name)?;
        self.values[plain + index].take()
    }

    /// At least `least` and at most `most` arguments without a name, and none with another than these.
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

    /// Exactly `N` arguments, without names.
    pub fn exactly<const N: usize>(&mut self) -> Result<[Value<G>; N]> {
        self.check(N, N, &[])?;
        Ok(std::array::from_fn(|i| self.values[i].take().expect("an argument has a value")))
    }

    /// All, without names.
    pub fn all(&mut self) -> Result<Vec<Value<G>>> {
        self.check(0, usize::MAX, &[])?;
        Ok(self.values.iter_mut().map(|value| value.take().expect("an argument has a value")).collect())
    }
}

impl<G: Gil> Payload<G> {
    /// As a number, or an error.
    pub fn number(&self) -> Result<f64> {
        self.float().ok_or_else(|| {
            Exception::new(Kind::TypeError, format!("must be real number, not {}", self.type_name()))
        })
    }

    /// As an integer, or an error.
    pub fn integer(&self) -> Result<i64> {
        self.int().ok_or_else(|| {
            let message = format!("'{}' object cannot be interpreted as an integer", self.type_name());
            Exception::new(Kind::TypeError, message)
        })
    }

    /// As a number of seconds, or an error.
    pub fn seconds(&self) -> Result<Duration> {
        let seconds = self.number()?;
        if seconds.is_nan() || seconds < 0.0 {
            return Err(Exception::new(Kind::ValueError, "a time is a number that is not negative"));
        }
        Ok(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
    }
}

impl<G: Gil> Value<G> {
    /// As a lock; the callers know that it is one.
    pub fn lock(&self) -> &PyLock<G> {
        match &**self {
            Payload::Lock(lock) => lock,
            _ => unreachable!("a lock's method belongs to a lock"),
        }
    }

    /// As a thread; the callers know that it is one.
    pub fn thread(&self) -> &PyThread<G> {
        match &**self {
            Payload::Thread(thread) => thread,
            _ => unreachable!("a thread's method belongs to a thread"),
        }
    }
}

/// What can be imported.
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

/// What an attribute belongs to: a module, or all objects of a type; a built-in function belongs to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Builtin,
    Module(Module),
    /// By the name of the type.
    Type(&'static str),
}

/// Something that programs find by name.
pub(crate) struct Entry<G: Gil> {
    pub owner: Owner,
    pub name: &'static str,
    pub value: Found<G>,
}

pub(crate) enum Found<G: Gil> {
    Function(Function<G>),
    Float(f64),
}

impl<G: Gil> Entry<G> {
    pub fn function(owner: Owner, name: &'static str, run: Function<G>) -> Self {
        Entry { owner, name, value: Found::Function(run) }
    }

    /// As an object.
    pub fn value(self) -> Value<G> {
        match self.value {
            Found::Function(run) => Value::new(Payload::Native(Box::new(Native { name: self.name, run }))),
            Found::Float(number) => Value::float(number),
        }
    }
}
