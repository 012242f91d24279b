//! The evaluation loop, and what it works on: a stack of values and the frames of calls.
//!
//! It never blocks and never gives the GIL away. It stops where that is due, and says so: whoever runs it does the rest.

use super::container::{Dict, Guarded};
use super::exception::{Exception, Kind, Result};
use super::instruction::{Code, Instruction};
use super::items::{self, Next};
use super::native::{Answer, Arguments, Block, Context};
use super::object::{Payload, Value};
use super::operators;
use super::shared::Shared;
use super::stack::{Lent, Slot, Stack};
use super::text;
use crate::lang::tree::{Binary, Comparison};
use crate::platform::Platform;
use crate::{Gil, Point};

/// How many calls may lie in one another, as in CPython.
const MAX_FRAMES: usize = 1000;

/// A call: its code, the next instruction, and where on the stack its variables begin.
#[derive(Clone, Copy)]
struct Frame {
    code: usize,
    next: usize,
    base: usize,
}

/// The state of a thread's evaluation.
pub(crate) struct Machine<G: Gil> {
    /// Variables and values.
    stack: Stack<G>,
    /// Those that wait for the current one.
    frames: Vec<Frame>,
    current: Frame,
    entry: Entry<G>,
}

/// How it goes on.
enum Entry<G: Gil> {
    /// With a call of what lies on the stack with so many arguments.
    Call(usize),
    /// With the result of what it has waited for.
    Answer(Result<Value<G>>),
    /// With the next instruction.
    Here,
}

/// Why it has stopped.
pub(crate) enum Pause<G: Gil> {
    /// Others are to have their turn.
    Due,
    /// Something has to be done without the GIL; then it goes on with its result, by [`Machine::resume`].
    Block(Block<G>),
    /// It is at its end, with this result.
    Done(Value<G>),
    /// It is at its end, with nothing left on its stack.
    Failed(Box<Exception>),
}

/// What a call has done.
enum Called<G: Gil> {
    /// It has entered a function.
    Function,
    /// The result of a native one is on the stack.
    Native,
    Block(Block<G>),
}

/// The frame of a machine that has none.
const NOWHERE: Frame = Frame { code: usize::MAX, next: 0, base: 0 };

impl<G: Gil> Machine<G> {
    /// About to call a function.
    pub fn new(function: Value<G>, arguments: Vec<Value<G>>) -> Self {
        let entry = Entry::Call(arguments.len());
        let stack = Stack::new([None, Some(function)].into_iter().chain(arguments.into_iter().map(Some)));
        Machine { stack, frames: Vec::new(), current: NOWHERE, entry }
    }

    /// What it has waited for has come.
    pub fn resume(&mut self, answer: Result<Value<G>>) {
        self.entry = Entry::Answer(answer);
    }

    /// Executes until it has a reason to stop, at least one instruction.
    pub fn run(&mut self, context: &Context<'_, G>) -> Pause<G> {
        self.evaluate(context)
            .unwrap_or_else(|exception| Pause::Failed(self.unwind(exception, context.shared)))
    }

    /// The code and the index of the next instruction, if it is one that comes next.
    pub fn place(&self) -> Option<(usize, usize)> {
        (self.current.code != NOWHERE.code).then_some((self.current.code, self.current.next))
    }

    /// The calls, the innermost first: the code, the next instruction, where the variables begin.
    pub fn frames(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let frames = [self.current].into_iter().chain(self.frames.iter().rev().copied());
        frames.map(|frame| (frame.code, frame.next, frame.base))
    }

    /// The variables and values of all its calls.
    pub fn stack(&self) -> &[Slot<G>] {
        self.stack.as_slice()
    }

    /// What it goes on with.
    pub fn answer(&self) -> Option<&Value<G>> {
        match &self.entry {
            Entry::Answer(Ok(value)) => Some(value),
            _ => None,
        }
    }

    #[inline]
    fn push(&mut self, value: Value<G>) {
        self.stack.slots().push(Some(value));
    }

    #[inline]
    fn pop(&mut self) -> Value<G> {
        match self.stack.slots().pop() {
            Some(Some(value)) => value,
            _ => unreachable!("the compiler pushes before it pops"),
        }
    }

    #[inline]
    fn top(&self) -> &Value<G> {
        match self.stack.as_slice().last() {
            Some(Some(value)) => value,
            _ => unreachable!("the compiler pushes before it looks"),
        }
    }

    fn pop_many(&mut self, count: u32) -> Vec<Value<G>> {
        let slots = self.stack.slots();
        let first = slots.len() - count as usize;
        slots.drain(first..).map(|value| value.expect("the compiler has pushed values")).collect()
    }

    fn evaluate(&mut self, context: &Context<'_, G>) -> Result<Pause<G>> {
        let shared: &Shared<G> = context.shared;
        let (gil, platform) = (shared.gil(), shared.platform());
        let program = &*shared.program;
        match std::mem::replace(&mut self.entry, Entry::Here) {
            Entry::Here => {}
            Entry::Call(arguments) => match self.call(arguments, &[], context)? {
                Called::Function => {}
                Called::Native => return Ok(Pause::Done(self.pop())),
                Called::Block(block) => return Ok(Pause::Block(block)),
            },
            Entry::Answer(answer) => {
                let value = answer?;
                if self.current.code == NOWHERE.code {
                    return Ok(Pause::Done(value));
                }
                self.push(value);
            }
        }
        // How many instructions the platform does not know of yet. Where it does not want to, none of this is compiled.
        let mut executed = 0;
        // A turn of this loop is a change of the frame.
        loop {
            let code = &program.codes[self.current.code];
            let constants = &*shared.constants[self.current.code];
            let base = self.current.base;
            let mut next = self.current.next;
            let Lent { mut first, end: mut top } = self.stack.lend();
            // `enter` has reserved the variables and all that the code can push, the compiler numbers the variables below
            // that, and pops no more than it has pushed. So each slot is in the stack, and those below `top` are in use.
            macro_rules! variable {
                ($place:expr) => {
                    // SAFETY: as above.
                    unsafe { &mut *first.add(base + $place as usize) }
                };
            }
            macro_rules! push {
                ($value:expr) => {{
                    let value = $value;
                    // SAFETY: as above.
                    unsafe {
                        top.write(Some(value));
                        top = top.add(1);
                    }
                }};
            }
            // A turn of this loop is an instruction.
            loop {
                let instruction = code.instructions[next];
                next += 1;
                self.current.next = next;
                executed += 1;
                let mut at = Point::Instruction;
                // The frequent cases are done here, without a look at what is rare. `slow` does all others.
                let done = match instruction {
                    Instruction::LoadFast(place) => match variable!(place) {
                        Some(value) => {
                            push!(value.clone());
                            true
                        }
                        None => false,
                    },
                    Instruction::StoreFast(place) => {
                        // SAFETY: there is a value, which is moved.
                        let value = unsafe {
                            top = top.sub(1);
                            top.read()
                        };
                        drop(std::mem::replace(variable!(place), value));
                        true
                    }
                    Instruction::LoadConst(place) => {
                        push!(constants[place as usize].clone());
                        true
                    }
                    Instruction::LoadName(place) | Instruction::LoadGlobal(place) => {
                        match shared.globals[place as usize].get() {
                            Some(value) => {
                                push!(value);
                                true
                            }
                            None => false,
                        }
                    }
                    Instruction::BinaryOp(operator, _) => {
                        // SAFETY: there are two values.
                        let operands = unsafe { &mut *top.sub(2).cast::<[Slot<G>; 2]>() };
                        match arithmetic(operator, operands, shared) {
                            Some(result) => {
                                operands[0] = Some(result);
                                operands[1] = None;
                                // SAFETY: as above.
                                top = unsafe { top.sub(1) };
                                true
                            }
                            None => false,
                        }
                    }
                    Instruction::CompareOp(operator) => {
                        // SAFETY: there are two values.
                        let operands = unsafe { &mut *top.sub(2).cast::<[Slot<G>; 2]>() };
                        match comparison(operator, operands) {
                            Some(result) => {
                                operands[0] = Some(shared.bool(result));
                                operands[1] = None;
                                // SAFETY: as above.
                                top = unsafe { top.sub(1) };
                                true
                            }
                            None => false,
                        }
                    }
                    Instruction::PopJumpForwardIfFalse(target)
                    | Instruction::PopJumpForwardIfTrue(target)
                    | Instruction::PopJumpBackwardIfFalse(target)
                    | Instruction::PopJumpBackwardIfTrue(target) => {
                        // SAFETY: there is a value, which is moved.
                        let value = unsafe {
                            top = top.sub(1);
                            top.read()
                        };
                        let is_true = value.is_some_and(|value| value.is_true());
                        let (wanted, back) = match instruction {
                            Instruction::PopJumpForwardIfFalse(_) => (false, false),
                            Instruction::PopJumpForwardIfTrue(_) => (true, false),
                            Instruction::PopJumpBackwardIfFalse(_) => (false, true),
                            _ => (true, true),
                        };
                        if is_true == wanted {
                            next = target as usize;
                            if back {
                                at = Point::BackEdge;
                            }
                        }
                        true
                    }
                    Instruction::JumpBackward(target) => {
                        next = target as usize;
                        at = Point::BackEdge;
                        true
                    }
                    Instruction::JumpForward(target) => {
                        next = target as usize;
                        true
                    }
                    Instruction::Resume => {
                        at = Point::Call;
                        true
                    }
                    _ => false,
                };
                if !done {
                    // SAFETY: all before it are in use.
                    unsafe { self.stack.give_back(top) };
                    match self.slow(instruction, &mut next, context)? {
                        Step::Next => {}
                        Step::At(point) => at = point,
                        Step::Frame => break,
                        Step::Pause(pause) => {
                            platform.executed(executed);
                            self.current.next = next;
                            return Ok(pause);
                        }
                    }
                    Lent { first, end: top } = self.stack.lend();
                }
                let mut due = false;
                if at != Point::Instruction {
                    platform.executed(executed);
                    executed = 0;
                    due = gil.due(context.thread, at);
                }
                if due || gil.due(context.thread, Point::Instruction) {
                    platform.executed(executed);
                    self.current.next = next;
                    // SAFETY: all before it are in use.
                    unsafe { self.stack.give_back(top) };
                    return Ok(Pause::Due);
                }
            }
        }
    }
}

/// What an instruction has come to.
enum Step<G: Gil> {
    Next,
    /// Here others may have their turn.
    At(Point),
    /// The frame is another one.
    Frame,
    Pause(Pause<G>),
}

/// The instructions, without haste.
impl<G: Gil> Machine<G> {
    fn slow(
        &mut self,
        instruction: Instruction,
        next: &mut usize,
        context: &Context<'_, G>,
    ) -> Result<Step<G>> {
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
                self.push(shared.bool(operators::compare(operator, &left, &right)?));
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
                // With the function and the NULL below the variables.
                let below = self.current.base - 2;
                self.stack.slots().truncate(below);
                let Some(frame) = self.frames.pop() else {
                    self.current = NOWHERE;
                    return Ok(Step::Pause(Pause::Done(value)));
                };
                self.current = frame;
                self.push(value);
                return Ok(Step::Frame);
            }
            Instruction::BeforeWith => {
                let lock = self.pop();
                if !matches!(&*lock, Payload::Lock(_)) {
                    let message = format!("`with` takes a lock here, not '{}'", lock.type_name());
                    return Err(Exception::new(Kind::TypeError, message));
                }
                let free = lock.lock().try_acquire();
                self.push(Value::new(Payload::Exit(lock.clone())));
                if !free {
                    return Ok(Step::Pause(Pause::Block(Block::Acquire(lock, None))));
                }
                self.push(shared.bool(true));
                return Ok(Step::At(Point::Call));
            }
            Instruction::WithExit => {
                self.exit()?;
                return Ok(Step::At(Point::Call));
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
                    // The owner is the first argument.
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
                        return Err(Exception::new(Kind::TypeError, message));
                    }
                    self.push(value);
                } else {
                    let value = value.map_err(|error| {
                        Exception::new(Kind::ImportError, format!("cannot import: {}", error.message))
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
                    return Err(Exception::new(Kind::ValueError, unpacked(items.len(), count as usize)));
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
            // Without a GIL nobody counts functions, as in CPython 3.13.
            Instruction::MakeFunction(code) => {
                let function = shared.keep(Value::new(Payload::Function(code)));
                self.push(function);
            }
            _ => unreachable!("the evaluation loop does the others"),
        }
        Ok(Step::Next)
    }

    fn step_into(&mut self, arguments: u32, names: &[String], context: &Context<'_, G>) -> Result<Step<G>> {
        Ok(match self.call(arguments as usize, names, context)? {
            Called::Function => Step::Frame,
            Called::Native => Step::At(Point::Call),
            Called::Block(block) => Step::Pause(Pause::Block(block)),
        })
    }

    fn unary(&mut self, symbol: &str, shared: &Shared<G>) -> Result<()> {
        let value = self.pop();
        self.push(shared.value(operators::unary(symbol, &value)?));
        Ok(())
    }

    /// The end of a `with`: its lock is below the top of the stack if that is a value to be returned, else on it.
    fn exit(&mut self) -> Result<()> {
        match &*self.pop() {
            Payload::Exit(lock) if lock.lock().release() => Ok(()),
            Payload::Exit(_) => Err(Exception::new(Kind::RuntimeError, "release unlocked lock")),
            _ => unreachable!("the compiler has put it there"),
        }
    }
}

/// Calls.
impl<G: Gil> Machine<G> {
    /// Calls what lies below so many arguments, the last of which have these names.
    fn call(&mut self, arguments: usize, names: &[String], context: &Context<'_, G>) -> Result<Called<G>> {
        let shared = context.shared;
        // Either NULL and a function, or a method and its owner, which is then the first argument.
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
                let answer = (native.run)(context, &mut arguments)?;
                self.stack.slots().truncate(below);
                match answer {
                    Answer::Value(value) => {
                        self.push(value);
                        Ok(Called::Native)
                    }
                    Answer::Block(block) => Ok(Called::Block(block)),
                }
            }
            other => {
                let message = format!("'{}' object is not callable", other.type_name());
                Err(Exception::new(Kind::TypeError, message))
            }
        }
    }

    /// Makes a frame of the arguments on the stack.
    fn enter(&mut self, index: usize, arguments: usize, names: &[String], shared: &Shared<G>) -> Result<()> {
        let code = &shared.program.codes[index];
        let base = self.stack.as_slice().len() - arguments;
        if !names.is_empty() {
            self.arrange(code, arguments - names.len(), names)?;
        }
        if self.stack.as_slice().len() - base != code.parameters as usize {
            return Err(Exception::new(Kind::TypeError, miscounted(code, arguments)));
        }
        if self.frames.len() + 1 >= MAX_FRAMES {
            return Err(Exception::new(Kind::RecursionError, "maximum recursion depth exceeded"));
        }
        self.stack.slots().resize_with(base + code.locals.len(), || None);
        self.stack.reserve(code.room);
        let frame = Frame { code: index, next: 0, base };
        let before = std::mem::replace(&mut self.current, frame);
        if before.code != NOWHERE.code {
            self.frames.push(before);
        }
        Ok(())
    }

    /// Puts the arguments that have names where the function has its parameters, behind so many without.
    fn arrange(&mut self, code: &Code, plain: usize, names: &[String]) -> Result<()> {
        let mut named: Vec<_> = names.iter().zip(self.pop_many(names.len() as u32)).collect();
        for parameter in code.locals[..code.parameters as usize].iter().skip(plain) {
            let Some(index) = named.iter().position(|(name, _)| *name == parameter) else {
                let message = format!("{}() missing the argument '{parameter}'", code.name);
                return Err(Exception::new(Kind::TypeError, message));
            };
            let (_, value) = named.swap_remove(index);
            self.push(value);
        }
        match named.first() {
            None => Ok(()),
            Some((name, _)) => {
                let message = format!("{}() got an unexpected keyword argument '{name}'", code.name);
                Err(Exception::new(Kind::TypeError, message))
            }
        }
    }

    /// Leaves all frames because of an exception, and the `with` in them.
    fn unwind(&mut self, mut exception: Box<Exception>, shared: &Shared<G>) -> Box<Exception> {
        let mut frame = Some(self.current).filter(|frame| frame.code != NOWHERE.code);
        while let Some(Frame { code, next, .. }) = frame {
            let code = &shared.program.codes[code];
            exception.trace.push((code.name.clone(), code.positions[next - 1]));
            frame = self.frames.pop();
        }
        self.current = NOWHERE;
        while let Some(value) = self.stack.slots().pop() {
            if let Some(Payload::Exit(lock)) = value.as_deref() {
                // It may have been released already.
                lock.lock().release();
            }
        }
        exception
    }
}

/// The most frequent operators of the most frequent operands.
#[inline]
fn arithmetic<G: Gil>(operator: Binary, operands: &[Slot<G>; 2], shared: &Shared<G>) -> Option<Value<G>> {
    match (operands[0].as_deref()?, operands[1].as_deref()?) {
        (Payload::Int(a), Payload::Int(b)) => {
            let result = match operator {
                Binary::Add => a.checked_add(*b),
                Binary::Subtract => a.checked_sub(*b),
                Binary::Multiply => a.checked_mul(*b),
                _ => None,
            };
            result.map(|number| shared.int(number))
        }
        (Payload::Float(a), Payload::Float(b)) => {
            let result = match operator {
                Binary::Add => a + b,
                Binary::Subtract => a - b,
                Binary::Multiply => a * b,
                _ => return None,
            };
            Some(Value::float(result))
        }
        _ => None,
    }
}

/// As [`arithmetic`].
#[inline]
fn comparison<G: Gil>(operator: Comparison, operands: &[Slot<G>; 2]) -> Option<bool> {
    let (Payload::Int(a), Payload::Int(b)) = (operands[0].as_deref()?, operands[1].as_deref()?) else {
        return None;
    };
    Some(match operator {
        Comparison::Less => a < b,
        Comparison::LessEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterEqual => a >= b,
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
        _ => return None,
    })
}

/// All other operands. A list is changed in place by `+=`.
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
    Exception::new(Kind::UnboundLocalError, message)
}

#[cold]
fn undefined(name: &str) -> Box<Exception> {
    Exception::new(Kind::NameError, format!("name '{name}' is not defined"))
}

fn unpacked(there: usize, wanted: usize) -> String {
    if there < wanted {
        format!("not enough values to unpack (expected {wanted}, got {there})")
    } else {
        format!("too many values to unpack (expected {wanted})")
    }
}

/// As CPython says it.
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
