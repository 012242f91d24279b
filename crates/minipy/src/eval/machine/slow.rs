//! The rare instructions, and the rare cases of frequent instructions: a function call for each.

use super::{Called, Flow, Machine, NOWHERE, Pause};
use crate::compile::instruction::{Code, Instruction};
use crate::eval::container::{Dict, Guarded};
use crate::eval::exception::{Exception, ExceptionKind, Result};
use crate::eval::items::{self, Next};
use crate::eval::native::{BlockingCall, Context};
use crate::eval::object::{Payload, Value};
use crate::eval::shared::Shared;
use crate::eval::text;
use crate::eval::{comparison, operators};
use crate::syntax::tree::Binary;
use crate::{Gil, Point};

impl<G: Gil> Machine<G> {
    pub(super) fn slow(
        &mut self,
        instruction: Instruction,
        next: &mut usize,
        context: &Context<'_, G>,
    ) -> Result<Flow<G>> {
        let shared: &Shared<G> = context.shared;
        let program = &*shared.program;
        let functions = &program.codes;
        match instruction {
            Instruction::LoadFast(place) => return Err(unbound(&functions[self.current.code], place)),
            Instruction::LoadName(place) | Instruction::LoadGlobal(place) => {
                return Err(undefined(&program.names.globals[place as usize]));
            }
            Instruction::StoreName(place) | Instruction::StoreGlobal(place) => {
                let value = self.pop();
                drop(shared.globals[place as usize].set(Some(value)));
            }
            Instruction::BinaryOp(operator, in_place) => {
                let right = self.pop();
                let left = self.pop();
                self.push(binary(operator, in_place, &left, &right, shared)?);
            }
            Instruction::CompareOp(operator) => {
                let right = self.pop();
                let left = self.pop();
                self.push(shared.bool(comparison::compare(operator, &left, &right)?));
            }
            Instruction::ForIter(target) => match items::next(self.top())? {
                Next::Int(number) => self.push(shared.int(number)),
                Next::Value(value) => self.push(value),
                Next::End => {
                    drop(self.pop());
                    *next = target as usize;
                }
            },
            Instruction::Call(arguments) => return self.step_into(arguments, &[], context),
            Instruction::KwNames(names) => {
                let names = &program.names.keywords[names as usize];
                let Instruction::Call(arguments) = functions[self.current.code].instructions[*next] else {
                    unreachable!("the names of arguments stand before a call");
                };
                *next += 1;
                self.current.next = *next;
                return self.step_into(arguments, names, context);
            }
            Instruction::ReturnValue => {
                let value = self.pop();
                // The function and the NULL below the variables go, too.
                let below = self.current.base - 2;
                self.stack.slots().truncate(below);
                let Some(frame) = self.frames.pop() else {
                    self.current = NOWHERE;
                    return Ok(Flow::Pause(Pause::Done(value)));
                };
                self.current = frame;
                self.push(value);
                return Ok(Flow::Frame);
            }
            Instruction::BeforeWith => {
                let lock = self.pop();
                if !matches!(&*lock, Payload::Lock(_)) {
                    let message = format!("`with` takes a lock here, not '{}'", lock.type_name());
                    return Err(Exception::new(ExceptionKind::TypeError, message));
                }
                let free = lock.lock().try_acquire();
                self.push(Value::new(Payload::Exit(lock.clone())));
                if !free {
                    return Ok(Flow::Pause(Pause::BlockingCall(BlockingCall::Acquire(lock, None))));
                }
                self.push(shared.bool(true));
                return Ok(Flow::At(Point::Call));
            }
            Instruction::WithExit => {
                self.exit()?;
                return Ok(Flow::At(Point::Call));
            }
            Instruction::PopTop => drop(self.pop()),
            Instruction::PushNull => self.stack.slots().push(None),
            Instruction::Copy(depth) => {
                let slots = self.stack.slots();
                slots.push(slots[slots.len() - depth as usize].clone());
            }
            Instruction::Swap(depth) => {
                let slots = self.stack.slots();
                let top = slots.len() - 1;
                slots.swap(top, top + 1 - depth as usize);
            }
            Instruction::LoadMethod(name) => {
                let object = self.pop();
                let value = shared.attribute(&object, name)?;
                if matches!(&*object, Payload::Module(_)) {
                    self.stack.slots().push(None);
                    self.push(value);
                } else {
                    // The object is the method's first argument.
                    self.push(value);
                    self.push(object);
                }
            }
            Instruction::LoadAttr(name) | Instruction::ImportFrom(name) => {
                let value = shared.attribute(self.top(), name);
                if matches!(instruction, Instruction::LoadAttr(_)) {
                    let owner = self.pop();
                    let value = value?;
                    if matches!(&*value, Payload::Native(_)) && !matches!(&*owner, Payload::Module(_)) {
                        let message = "a method can only be called here, and not be kept";
                        return Err(Exception::new(ExceptionKind::TypeError, message));
                    }
                    self.push(value);
                } else {
                    let value = value.map_err(|error| {
                        Exception::new(
                            ExceptionKind::ImportError,
                            format!("cannot import: {}", error.message),
                        )
                    })?;
                    self.push(value);
                }
            }
            Instruction::ImportName(name) => self.push(shared.module(name)?),
            Instruction::BinarySubscr => {
                let index = self.pop();
                let object = self.pop();
                self.push(items::get(&object, &index, functions)?);
            }
            Instruction::StoreSubscr => {
                let index = self.pop();
                let object = self.pop();
                let value = self.pop();
                items::set(&object, &index, value)?;
            }
            Instruction::DeleteSubscr => {
                let index = self.pop();
                let object = self.pop();
                items::delete(&object, &index, functions)?;
            }
            Instruction::BinarySlice => {
                let high = self.pop();
                let low = self.pop();
                let object = self.pop();
                self.push(items::slice(&object, &low, &high)?);
            }
            Instruction::BuildTuple(count) => {
                let items = self.pop_many(count);
                self.push(Value::new(Payload::Tuple(items.into())));
            }
            Instruction::BuildList(count) => {
                let items = self.pop_many(count);
                self.push(Value::list(items));
            }
            Instruction::BuildMap(count) => {
                let mut dict = Dict::default();
                let mut items = self.pop_many(count * 2).into_iter();
                while let (Some(key), Some(value)) = (items.next(), items.next()) {
                    dict.insert(items::key(&key)?, value);
                }
                self.push(Value::new(Payload::Dict(Box::new(Guarded::new(dict)))));
            }
            Instruction::BuildString(count) => {
                let mut whole = String::new();
                for part in self.pop_many(count) {
                    whole += &text::text(&part, functions)?;
                }
                self.push(Value::text(whole));
            }
            Instruction::FormatValue(spec) => {
                let value = self.pop();
                let text = text::formatted(&value, program.names.formats[spec as usize], functions)?;
                self.push(Value::text(text));
            }
            Instruction::ListAppend(depth) => {
                let value = self.pop();
                let slots = self.stack.as_slice();
                match slots[slots.len() - depth as usize].as_deref() {
                    Some(Payload::List(list)) => list.with(|items| items.push(value)),
                    _ => unreachable!("the compiler has put a list there"),
                }
            }
            Instruction::UnpackSequence(count) => {
                let value = self.pop();
                let items = items::collect(&value)?;
                if items.len() != count as usize {
                    return Err(Exception::new(
                        ExceptionKind::ValueError,
                        unpacked(items.len(), count as usize),
                    ));
                }
                self.stack.slots().extend(items.into_iter().rev().map(Some));
            }
            Instruction::UnaryNot => {
                let value = self.pop();
                self.push(shared.bool(!value.is_true()));
            }
            Instruction::UnaryNegative => self.unary("-", shared)?,
            Instruction::UnaryPositive => self.unary("+", shared)?,
            Instruction::UnaryInvert => self.unary("~", shared)?,
            Instruction::JumpIfFalseOrPop(target) => {
                if self.top().is_true() {
                    drop(self.pop());
                } else {
                    *next = target as usize;
                }
            }
            Instruction::JumpIfTrueOrPop(target) => {
                if self.top().is_true() {
                    *next = target as usize;
                } else {
                    drop(self.pop());
                }
            }
            Instruction::GetIter => {
                let object = self.pop();
                self.push(items::iterate(&object)?);
            }
            // Without a GIL functions are immortal, as in CPython 3.13.
            Instruction::MakeFunction(code) => {
                let function = shared.keep(Value::new(Payload::Function(code)));
                self.push(function);
            }
            _ => unreachable!("the evaluation loop does the others"),
        }
        Ok(Flow::Next)
    }

    fn step_into(&mut self, arguments: u32, names: &[String], context: &Context<'_, G>) -> Result<Flow<G>> {
        Ok(match self.call(arguments as usize, names, context)? {
            Called::Function => Flow::Frame,
            Called::Native => Flow::At(Point::Call),
            Called::BlockingCall(call) => Flow::Pause(Pause::BlockingCall(call)),
        })
    }

    fn unary(&mut self, symbol: &str, shared: &Shared<G>) -> Result<()> {
        let value = self.pop();
        self.push(shared.value(operators::unary(symbol, &value)?));
        Ok(())
    }

    /// The end of a `with`. Its lock is on top of the stack, or below a value that is being returned.
    fn exit(&mut self) -> Result<()> {
        match &*self.pop() {
            Payload::Exit(lock) if lock.lock().release() => Ok(()),
            Payload::Exit(_) => Err(Exception::new(ExceptionKind::RuntimeError, "release unlocked lock")),
            _ => unreachable!("the compiler has put it there"),
        }
    }
}

/// All operands but the frequent ones. `+=` changes a list in place.
#[cold]
fn binary<G: Gil>(
    operator: Binary,
    in_place: bool,
    left: &Value<G>,
    right: &Value<G>,
    shared: &Shared<G>,
) -> Result<Value<G>> {
    if let (true, Binary::Add, Payload::List(list)) = (in_place, operator, &**left) {
        let more = items::collect(right)?;
        list.with(|items| items.extend(more));
        return Ok(left.clone());
    }
    Ok(shared.value(operators::binary(operator, in_place, left, right)?))
}

#[cold]
fn unbound(code: &Code, place: u32) -> Box<Exception> {
    let name = &code.locals[place as usize];
    let message = format!("cannot access local variable '{name}' where it is not associated with a value");
    Exception::new(ExceptionKind::UnboundLocalError, message)
}

#[cold]
fn undefined(name: &str) -> Box<Exception> {
    Exception::new(ExceptionKind::NameError, format!("name '{name}' is not defined"))
}

fn unpacked(there: usize, wanted: usize) -> String {
    if there < wanted {
        format!("not enough values to unpack (expected {wanted}, got {there})")
    } else {
        format!("too many values to unpack (expected {wanted})")
    }
}
