//! `threading`.

use std::sync::Arc;
use std::time::Duration;

use crate::Gil;
use crate::eval::container::Guarded;
use crate::eval::exception::{Exception, Kind, Result};
use crate::eval::items;
use crate::eval::native::{Answer, Arguments, Block, Context, Entry, Module, Owner};
use crate::eval::object::{Payload, Value};
use crate::eval::thread;
use crate::eval::threading::{PyLock, PyThread, State};

pub(crate) fn entries<G: Gil>() -> Vec<Entry<G>> {
    let module = |name, run| Entry::function(Owner::Module(Module::Threading), name, run);
    let thread = |name, run| Entry::function(Owner::Type("Thread"), name, run);
    let lock = |name, run| Entry::function(Owner::Type("_thread.lock"), name, run);
    vec![
        module("Lock", |context, arguments| {
            let [] = arguments.exactly()?;
            let lock = PyLock::new(context.shared.platform());
            Ok(Answer::Value(Value::new(Payload::Lock(Box::new(lock)))))
        }),
        module("Thread", new_thread),
        module("get_ident", |context, arguments| {
            let [] = arguments.exactly()?;
            Ok(Answer::Value(context.shared.int(context.record.ident as i64)))
        }),
        thread("start", |context, arguments| {
            let [this] = arguments.exactly()?;
            if !context.shared.threading {
                return Err(Exception::new(Kind::RuntimeError, "no threads can be started here"));
            }
            let record = &this.thread().record;
            if !record.begin() {
                return Err(Exception::new(Kind::RuntimeError, "threads can only be started once"));
            }
            let target = this.thread().target.with(Option::take);
            thread::start(context.shared, record, target)?;
            Ok(Answer::Value(context.shared.none()))
        }),
        thread("join", |context, arguments| {
            arguments.check(1, 2, &["timeout"])?;
            let this = arguments.take(0, "").expect("it has an owner");
            let timeout = arguments.take(1, "timeout");
            let record = &this.thread().record;
            if Arc::ptr_eq(record, context.record) {
                return Err(Exception::new(Kind::RuntimeError, "cannot join current thread"));
            }
            match record.state() {
                State::New => {
                    Err(Exception::new(Kind::RuntimeError, "cannot join thread before it is started"))
                }
                State::Finished => Ok(Answer::Value(context.shared.none())),
                State::Running => Ok(Answer::Block(Block::Join(this.clone(), time(timeout)?))),
            }
        }),
        thread("is_alive", |context, arguments| {
            let [this] = arguments.exactly()?;
            Ok(Answer::Value(context.shared.bool(this.thread().record.state() == State::Running)))
        }),
        lock("acquire", acquire),
        lock("locked", |context, arguments| {
            let [this] = arguments.exactly()?;
            Ok(Answer::Value(context.shared.bool(this.lock().is_locked())))
        }),
        lock("release", |context, arguments| {
            let [this] = arguments.exactly()?;
            if !this.lock().release() {
                return Err(Exception::new(Kind::RuntimeError, "release unlocked lock"));
            }
            Ok(Answer::Value(context.shared.none()))
        }),
    ]
}

fn acquire<G: Gil>(context: &Context<'_, G>, arguments: &mut Arguments<'_, G>) -> Result<Answer<G>> {
    arguments.check(1, 3, &["blocking", "timeout"])?;
    let this = arguments.take(0, "").expect("it has an owner");
    let blocking = arguments.take(1, "blocking").is_none_or(|value| value.is_true());
    // -1 stands for no time-out, as in Python.
    let timeout = arguments.take(2, "timeout").filter(|value| value.float() != Some(-1.0));
    let timeout = time(timeout)?;
    if this.lock().try_acquire() {
        return Ok(Answer::Value(context.shared.bool(true)));
    }
    if !blocking {
        return Ok(Answer::Value(context.shared.bool(false)));
    }
    Ok(Answer::Block(Block::Acquire(this, timeout)))
}

fn time<G: Gil>(value: Option<Value<G>>) -> Result<Option<Duration>> {
    value.filter(|value| !matches!(**value, Payload::None)).map(|value| value.seconds()).transpose()
}

fn new_thread<G: Gil>(context: &Context<'_, G>, arguments: &mut Arguments<'_, G>) -> Result<Answer<G>> {
    arguments.check(0, 0, &["target", "args", "name", "daemon"])?;
    let target = arguments.take(usize::MAX, "target").filter(|value| !matches!(**value, Payload::None));
    let values = match arguments.take(usize::MAX, "args") {
        Some(values) => items::collect(&values)?,
        None => Vec::new(),
    };
    if arguments.take(usize::MAX, "daemon").is_some_and(|value| value.is_true()) {
        return Err(Exception::new(Kind::ValueError, "daemon threads are not offered here"));
    }
    let name = match arguments.take(usize::MAX, "name") {
        Some(name) => match &*name {
            Payload::Text(name) => Some(name.to_string()),
            _ => return Err(Exception::new(Kind::TypeError, "the name of a thread is a str")),
        },
        None => None,
    };
    let record = context.shared.record(name, target.as_ref());
    let target = Guarded::new(target.map(|target| (target, values)));
    Ok(Answer::Value(Value::new(Payload::Thread(Box::new(PyThread { record, target })))))
}
