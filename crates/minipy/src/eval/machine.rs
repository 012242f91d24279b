//! The evaluation loop, and what it works on: a stack of values and the frames of calls.
//!
//! It never blocks and never gives the GIL away. It stops where the thread should yield, and its caller does the rest.

mod call;
mod slow;

use super::exception::{Exception, Result};
use super::native::{Block, Context};
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
    /// Variables and values.
    stack: Stack<G>,
    /// Those that wait for the current one.
    frames: Vec<Frame>,
    current: Frame,
    entry: Entry<G>,
}

/// How it goes on.
enum Entry<G: Gil> {
    /// With a call of the stack's function with this number of arguments.
    Call(usize),
    /// With the result of what it has waited for.
    Answer(Result<Value<G>>),
    /// With the next instruction.
    Here,
}

/// Why it has stopped.
pub(crate) enum Pause<G: Gil> {
    /// Others are to have their turn.
    Yield,
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
                let mut yields = false;
                if at != Point::Instruction {
                    platform.executed(executed);
                    executed = 0;
                    yields = gil.should_yield(context.thread, at);
                }
                if yields || gil.should_yield(context.thread, Point::Instruction) {
                    platform.executed(executed);
                    self.current.next = next;
                    // SAFETY: all before it are in use.
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

/// What an instruction has come to.
enum Step<G: Gil> {
    Next,
    /// Here others may have their turn.
    At(Point),
    /// The frame is another one.
    Frame,
    Pause(Pause<G>),
}
