//! The evaluation loop, and what it works on: a stack of values and the frames of calls.
//!
//! The loop never blocks and never drops the GIL. It stops where the thread should yield or block, and its caller does
//! that.

mod call;
mod slow;

use super::exception::{Exception, Result};
use super::native::{BlockingCall, Context};
use super::object::{Payload, Value};
use super::shared::Shared;
use super::stack::{Lent, Slot, Stack};
use crate::compile::instruction::Instruction;
use crate::syntax::tree::{Binary, Comparison};
use crate::{Gil, Point};
use ungil_vtime::Platform;

/// A call: its code, the next instruction, and where on the stack its variables begin.
#[derive(Clone, Copy)]
struct Frame {
    code: usize,
    next: usize,
    base: usize,
}

/// The state of a thread's evaluation.
pub(crate) struct Machine<G: Gil> {
    /// The variables and values of all frames.
    stack: Stack<G>,
    /// The callers of the current frame, the outermost first.
    frames: Vec<Frame>,
    current: Frame,
    continuation: Continuation<G>,
}

/// How the machine continues when it runs next.
enum Continuation<G: Gil> {
    /// It calls the function on the stack with this number of arguments.
    Call(usize),
    /// It takes the result of a blocking call.
    Result(Result<Value<G>>),
    /// It executes the next instruction.
    Here,
}

/// Why the machine has stopped.
pub(crate) enum Pause<G: Gil> {
    /// The thread should yield the GIL.
    Yield,
    /// The call has to be performed without the GIL. Then the machine continues with its result: [`Machine::resume`].
    BlockingCall(BlockingCall<G>),
    /// The function has returned this result.
    Done(Value<G>),
    /// An exception has ended the function. The stack is empty.
    Failed(Box<Exception>),
}

/// What a call has done.
enum Called<G: Gil> {
    /// It has entered a function.
    Function,
    /// A native function has returned; its result is on the stack.
    Native,
    BlockingCall(BlockingCall<G>),
}

/// The current frame of a machine that has not begun or has ended.
const NOWHERE: Frame = Frame { code: usize::MAX, next: 0, base: 0 };

impl<G: Gil> Machine<G> {
    /// A machine that is about to call a function.
    pub fn new(function: Value<G>, arguments: Vec<Value<G>>) -> Self {
        let continuation = Continuation::Call(arguments.len());
        let stack = Stack::new([None, Some(function)].into_iter().chain(arguments.into_iter().map(Some)));
        Machine { stack, frames: Vec::new(), current: NOWHERE, continuation }
    }

    /// The blocking call has ended with this result.
    pub fn resume(&mut self, result: Result<Value<G>>) {
        self.continuation = Continuation::Result(result);
    }

    /// Executes instructions, at least one, until there is a reason to stop.
    pub fn run(&mut self, context: &Context<'_, G>) -> Pause<G> {
        self.evaluate(context)
            .unwrap_or_else(|exception| Pause::Failed(self.unwind(exception, context.shared)))
    }

    /// The code and the index of the next instruction. `None` if the machine has not begun or has ended.
    pub fn place(&self) -> Option<(usize, usize)> {
        (self.current.code != NOWHERE.code).then_some((self.current.code, self.current.next))
    }

    /// The calls, the innermost first: the code, the next instruction, and where on the stack the variables begin.
    pub fn frames(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let frames = [self.current].into_iter().chain(self.frames.iter().rev().copied());
        frames.map(|frame| (frame.code, frame.next, frame.base))
    }

    /// The variables and values of all calls.
    pub fn stack(&self) -> &[Slot<G>] {
        self.stack.as_slice()
    }

    /// The result of the blocking call, if the machine has not taken it yet.
    pub fn result(&self) -> Option<&Value<G>> {
        match &self.continuation {
            Continuation::Result(Ok(value)) => Some(value),
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
        match std::mem::replace(&mut self.continuation, Continuation::Here) {
            Continuation::Here => {}
            Continuation::Call(arguments) => match self.call(arguments, &[], context)? {
                Called::Function => {}
                Called::Native => return Ok(Pause::Done(self.pop())),
                Called::BlockingCall(call) => return Ok(Pause::BlockingCall(call)),
            },
            Continuation::Result(result) => {
                let value = result?;
                if self.current.code == NOWHERE.code {
                    return Ok(Pause::Done(value));
                }
                self.push(value);
            }
        }
        // How many instructions were executed since the platform was told. If `executed` does nothing, the compiler
        // removes this.
        let mut executed = 0;
        // Each iteration of this loop is a frame that is entered or continued.
        loop {
            let code = &program.codes[self.current.code];
            let constants = &*shared.constants[self.current.code];
            let base = self.current.base;
            let mut next = self.current.next;
            let Lent { mut first, end: mut top } = self.stack.lend();
            // `enter` has reserved slots for the variables and for all that the code can push. The compiler numbers the
            // variables below these, and pops no more than it has pushed. So each slot is in the stack, and the slots
            // below `top` are in use.
            macro_rules! variable {
                ($place:expr) => {
                    // SAFETY: the slot is in the stack.
                    unsafe { &mut *first.add(base + $place as usize) }
                };
            }
            macro_rules! push {
                ($value:expr) => {{
                    let value = $value;
                    // SAFETY: the slot is in the stack.
                    unsafe {
                        top.write(Some(value));
                        top = top.add(1);
                    }
                }};
            }
            // Each iteration of this loop is an instruction.
            loop {
                let instruction = code.instructions[next];
                next += 1;
                self.current.next = next;
                executed += 1;
                let mut at = Point::Instruction;
                // The frequent cases are done here, and `slow` does all others.
                let done = match instruction {
                    Instruction::LoadFast(place) => match variable!(place) {
                        Some(value) => {
                            push!(value.clone());
                            true
                        }
                        None => false,
                    },
                    Instruction::StoreFast(place) => {
                        // SAFETY: the compiler has pushed a value, which is moved out.
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
                                // SAFETY: the slot is in the stack.
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
                                // SAFETY: the slot is in the stack.
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
                        // SAFETY: the compiler has pushed a value, which is moved out.
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
                    // SAFETY: all slots before `top` are in use.
                    unsafe { self.stack.give_back(top) };
                    match self.slow(instruction, &mut next, context)? {
                        Flow::Next => {}
                        Flow::At(point) => at = point,
                        Flow::Frame => break,
                        Flow::Pause(pause) => {
                            platform.executed(executed);
                            self.current.next = next;
                            return Ok(pause);
                        }
                    }
                    Lent { first, end: top } = self.stack.lend();
                }
                // CPython: `CHECK_EVAL_BREAKER`.
                let mut yields = false;
                if at != Point::Instruction {
                    platform.executed(executed);
                    executed = 0;
                    yields = gil.should_yield(context.thread, at);
                }
                if yields || gil.should_yield(context.thread, Point::Instruction) {
                    platform.executed(executed);
                    self.current.next = next;
                    // SAFETY: all slots before `top` are in use.
                    unsafe { self.stack.give_back(top) };
                    return Ok(Pause::Yield);
                }
            }
        }
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

/// The most frequent comparisons of the most frequent operands.
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

/// How the loop continues after an instruction.
enum Flow<G: Gil> {
    Next,
    /// At a point where the thread checks its eval breaker.
    At(Point),
    /// In another frame.
    Frame,
    Pause(Pause<G>),
}
