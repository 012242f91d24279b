//! `threading`.

use std::sync::Arc;
use std::time::Duration;

use crate::Gil;
use crate::eval::container::Guarded;
use crate::eval::exception::{Exception, ExceptionKind, Result};
use crate::eval::items;
use crate::eval::native::{Arguments, BlockingCall, Context, Entry, Module, Owner, Returned};
use crate::eval::object::{Payload, Value};
use crate::eval::thread;
use crate::eval::threading::{PyLock, PyThread, ThreadHandleState};

pub(crate) fn entries<G: Gil>() -> Vec<Entry<G>> {
    let module = |name, run| Entry::function(Owner::Module(Module::Threading), name, run);
    let thread = |name, run| Entry::function(Owner::Type("Thread"), name, run);
    let lock = |name, run| Entry::function(Owner::Type("_thread.lock"), name, run);
    vec![
        module("Lock", |context, arguments| {
            let [] = arguments.exactly()?;
            let lock = PyLock::new(context.shared.platform());
            Ok(Returned::Value(Value::new(Payload::Lock(Box::new(lock)))))
        }),
        module("Thread", new_thread),
        module("get_ident", |context, arguments| {
            let [] = arguments.exactly()?;
            Ok(Returned::Value(context.shared.int(context.handle.ident as i64)))
        }),
        thread("start", |context, arguments| {
            let [this] = arguments.exactly()?;
            if !context.shared.threading {
                return Err(Exception::new(ExceptionKind::RuntimeError, "no threads can be started here"));
            }
            let handle = &this.thread().handle;
            if !handle.begin() {
                return Err(Exception::new(ExceptionKind::RuntimeError, "threads can only be started once"));
            }
            let target = this.thread().target.with(Option::take);
            thread::start(context.shared, handle, target)?;
            Ok(Returned::Value(context.shared.none()))
        }),
        thread("join", |context, arguments| {
            arguments.check(1, 2, &["timeout"])?;
            let this = arguments.take(0, "").expect("it has an owner");
            let timeout = arguments.take(1, "timeout");
            let handle = &this.thread().handle;
            if Arc::ptr_eq(handle, context.handle) {
                return Err(Exception::new(ExceptionKind::RuntimeError, "cannot join current thread"));
            }
            match handle.state() {
                ThreadHandleState::New => Err(Exception::new(
                    ExceptionKind::RuntimeError,
                    "cannot join thread before it is started",
                )),
                ThreadHandleState::Finished => Ok(Returned::Value(context.shared.none())),
                ThreadHandleState::Running => {
                    Ok(Returned::BlockingCall(BlockingCall::Join(this.clone(), time(timeout)?)))
                }
            }
        }),
        thread("is_alive", |context, arguments| {
            let [this] = arguments.exactly()?;
            Ok(Returned::Value(
                context.shared.bool(this.thread().handle.state() == ThreadHandleState::Running),
            ))
        }),
        lock("acquire", acquire),
        lock("locked", |context, arguments| {
            let [this] = arguments.exactly()?;
            Ok(Returned::Value(context.shared.bool(this.lock().is_locked())))
        }),
        lock("release", |context, arguments| {
            let [this] = arguments.exactly()?;
            if !this.lock().release() {
                return Err(Exception::new(ExceptionKind::RuntimeError, "release unlocked lock"));
            }
            Ok(Returned::Value(context.shared.none()))
        }),
    ]
}

fn acquire<G: Gil>(context: &Context<'_, G>, arguments: &mut Arguments<'_, G>) -> Result<Returned<G>> {
    arguments.check(1, 3, &["blocking", "timeout"])?;
    let this = arguments.take(0, "").expect("it has an owner");
    let blocking = arguments.take(1, "blocking").is_none_or(|value| value.is_true());
    // -1 means no time-out, as in Python.
    let timeout = arguments.take(2, "timeout").filter(|value| value.float() != Some(-1.0));
    let timeout = time(timeout)?;
    if this.lock().try_acquire() {
        return Ok(Returned::Value(context.shared.bool(true)));
    }
    if !blocking {
        return Ok(Returned::Value(context.shared.bool(false)));
    }
    Ok(Returned::BlockingCall(BlockingCall::Acquire(this, timeout)))
}

fn time<G: Gil>(value: Option<Value<G>>) -> Result<Option<Duration>> {
    value.filter(|value| !matches!(**value, Payload::None)).map(|value| value.seconds()).transpose()
}

fn new_thread<G: Gil>(context: &Context<'_, G>, arguments: &mut Arguments<'_, G>) -> Result<Returned<G>> {
    arguments.check(0, 0, &["target", "args", "name", "daemon"])?;
    let target = arguments.take(usize::MAX, "target").filter(|value| !matches!(**value, Payload::None));
    let values = match arguments.take(usize::MAX, "args") {
        Some(values) => items::collect(&values)?,
        None => Vec::new(),
    };
    if arguments.take(usize::MAX, "daemon").is_some_and(|value| value.is_true()) {
        return Err(Exception::new(ExceptionKind::ValueError, "daemon threads are not offered here"));
    }
    let name = match arguments.take(usize::MAX, "name") {
        Some(name) => match &*name {
            Payload::Text(name) => Some(name.to_string()),
            _ => return Err(Exception::new(ExceptionKind::TypeError, "the name of a thread is a str")),
        },
        None => None,
    };
    let handle = context.shared.new_handle(name, target.as_ref());
    let target = Guarded::new(target.map(|target| (target, values)));
    Ok(Returned::Value(Value::new(Payload::Thread(Box::new(PyThread { handle, target })))))
}
