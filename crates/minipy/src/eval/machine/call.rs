//! Calls, and how an exception leaves all of them.

use super::{Called, Frame, Machine, NOWHERE};
use crate::Gil;
use crate::compile::instruction::Code;
use crate::eval::exception::{Exception, ExceptionKind, Result};
use crate::eval::native::{Arguments, Context, Returned};
use crate::eval::object::Payload;
use crate::eval::shared::Shared;

/// How deep calls may be nested, as in CPython.
const MAX_FRAMES: usize = 1000;

impl<G: Gil> Machine<G> {
    /// Calls the value below its arguments; the last of the arguments have these names.
    pub(super) fn call(
        &mut self,
        arguments: usize,
        names: &[String],
        context: &Context<'_, G>,
    ) -> Result<Called<G>> {
        let shared = context.shared;
        // On the stack is either NULL and a function, or a method and its object, which is then the first argument.
        let slots = self.stack.as_slice();
        let below = slots.len() - arguments - 2;
        let (function, first) = match &slots[below] {
            Some(method) => (method.clone(), below + 1),
            None => match &slots[below + 1] {
                Some(function) => (function.clone(), below + 2),
                None => unreachable!("the compiler has pushed a function"),
            },
        };
        match &*function {
            Payload::Function(code) => {
                self.enter(*code as usize, arguments, names, shared)?;
                Ok(Called::Function)
            }
            Payload::Native(native) => {
                let mut arguments =
                    Arguments { function: native.name, values: &mut self.stack.slots()[first..], names };
                let returned = (native.run)(context, &mut arguments)?;
                self.stack.slots().truncate(below);
                match returned {
                    Returned::Value(value) => {
                        self.push(value);
                        Ok(Called::Native)
                    }
                    Returned::BlockingCall(call) => Ok(Called::BlockingCall(call)),
                }
            }
            other => {
                let message = format!("'{}' object is not callable", other.type_name());
                Err(Exception::new(ExceptionKind::TypeError, message))
            }
        }
    }

    /// Makes a frame of the arguments on the stack.
    pub(super) fn enter(
        &mut self,
        index: usize,
        arguments: usize,
        names: &[String],
        shared: &Shared<G>,
    ) -> Result<()> {
        let code = &shared.program.codes[index];
        let base = self.stack.as_slice().len() - arguments;
        if !names.is_empty() {
            self.arrange(code, arguments - names.len(), names)?;
        }
        if self.stack.as_slice().len() - base != code.parameters as usize {
            return Err(Exception::new(ExceptionKind::TypeError, miscounted(code, arguments)));
        }
        if self.frames.len() + 1 >= MAX_FRAMES {
            return Err(Exception::new(ExceptionKind::RecursionError, "maximum recursion depth exceeded"));
        }
        self.stack.slots().resize_with(base + code.locals.len(), || None);
        self.stack.reserve(code.stack_size);
        let frame = Frame { code: index, next: 0, base };
        let before = std::mem::replace(&mut self.current, frame);
        if before.code != NOWHERE.code {
            self.frames.push(before);
        }
        Ok(())
    }

    /// Puts the arguments with names into the places of their parameters, behind the `plain` arguments without names.
    fn arrange(&mut self, code: &Code, plain: usize, names: &[String]) -> Result<()> {
        let mut named: Vec<_> = names.iter().zip(self.pop_many(names.len() as u32)).collect();
        for parameter in code.locals[..code.parameters as usize].iter().skip(plain) {
            let Some(index) = named.iter().position(|(name, _)| *name == parameter) else {
                let message = format!("{}() missing the argument '{parameter}'", code.name);
                return Err(Exception::new(ExceptionKind::TypeError, message));
            };
            let (_, value) = named.swap_remove(index);
            self.push(value);
        }
        match named.first() {
            None => Ok(()),
            Some((name, _)) => {
                let message = format!("{}() got an unexpected keyword argument '{name}'", code.name);
                Err(Exception::new(ExceptionKind::TypeError, message))
            }
        }
    }

    /// Leaves all frames because of an exception, and releases the locks of their `with` statements.
    pub(super) fn unwind(&mut self, mut exception: Box<Exception>, shared: &Shared<G>) -> Box<Exception> {
        let mut frame = Some(self.current).filter(|frame| frame.code != NOWHERE.code);
        while let Some(Frame { code, next, .. }) = frame {
            let code = &shared.program.codes[code];
            exception.trace.push((code.name.clone(), code.positions[next - 1]));
            frame = self.frames.pop();
        }
        self.abandon();
        exception
    }

    /// Leaves all frames, and releases the locks of their `with` statements.
    pub fn abandon(&mut self) {
        self.current = NOWHERE;
        while let Some(value) = self.stack.slots().pop() {
            if let Some(Payload::Exit(lock)) = value.as_deref() {
                // The program may have released the lock already.
                lock.lock().release();
            }
        }
    }
}

/// CPython's message for a wrong number of arguments.
fn miscounted(code: &Code, given: usize) -> String {
    let (name, takes) = (&code.name, code.parameters as usize);
    let parameters = &code.locals[..takes];
    if given < takes {
        let missing: Vec<String> = parameters[given..].iter().map(|name| format!("'{name}'")).collect();
        let list = match &*missing {
            [only] => only.clone(),
            [one, other] => format!("{one} and {other}"),
            [others @ .., last] => format!("{}, and {last}", others.join(", ")),
            [] => String::new(),
        };
        let s = if missing.len() == 1 { "" } else { "s" };
        return format!("{name}() missing {} required positional argument{s}: {list}", missing.len());
    }
    let s = if takes == 1 { "" } else { "s" };
    let were = if given == 1 { "was" } else { "were" };
    format!("{name}() takes {takes} positional argument{s} but {given} {were} given")
}
