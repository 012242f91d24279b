//! A program in the middle of a schedule: it is driven by hand, a turn at a time, all in one thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Question, Turn, Under};
use crate::lang::tree::{Constant, Statement, StatementKind};
use crate::platform::Real;
use crate::vm::parts::{
    Block, Context, Machine, Pause, Payload, Record, Scope, Shared, Value, parse_in, repr,
};
use crate::{Gil, Point, Position, Program, SyntaxError};

/// A GIL for threads that are none: they take turns by hand, and stop after each instruction.
pub(super) struct ByHand {
    platform: Real,
    /// Whether the new GIL could be passed on here.
    at_breaker: AtomicBool,
}

// SAFETY: all is done by the one thread that has the world.
unsafe impl Gil for ByHand {
    type Platform = Real;
    type Thread = ();
    const EXCLUSIVE: bool = true;

    fn platform(&self) -> &Real {
        &self.platform
    }

    fn thread(&self) {}

    fn number(&self, (): &()) -> usize {
        0
    }

    fn take(&self, (): &()) {}

    unsafe fn release(&self, (): &()) {}

    fn due(&self, (): &(), at: Point) -> bool {
        self.at_breaker.store(at != Point::Instruction, Ordering::Relaxed);
        true
    }
}

/// A question, compiled.
pub(super) struct Plan {
    program: Arc<Program>,
    under: Under,
    setup: usize,
    threads: Vec<usize>,
    look: usize,
}

impl Plan {
    pub fn new(question: &Question<'_>, under: Under) -> Result<Self, SyntaxError> {
        let mut program = Program::empty("setup", question.setup);
        let block = parse_in(&program.source)?;
        let setup = program.add("setup", &block, Scope::Globals)?;
        let mut threads = Vec::new();
        for (i, text) in question.threads.iter().enumerate() {
            let name = format!("thread {}", i + 1);
            // Only messages need the text.
            let part = Program::empty(&name, text);
            let block = parse_in(&part.source)?;
            threads.push(program.add(&name, &block, Scope::Globals).map_err(|e| e.of(&part.source))?);
        }
        let look = Program::empty("look", question.look);
        let expression = crate::lang::parse_expression(question.look).map_err(|e| e.of(&look.source))?;
        let statement = Statement { at: expression.at, kind: StatementKind::Return(Some(expression)) };
        let look = program.add("look", &vec![statement], Scope::Globals).map_err(|e| e.of(&look.source))?;
        Ok(Plan { program: Arc::new(program), under, setup, threads, look })
    }
}

/// How far a thread is.
enum Status {
    Ready,
    /// It waits for a lock.
    Waits(Block<ByHand>),
    Done,
    /// With this exception.
    Failed(String),
}

pub(super) struct World<'a> {
    plan: &'a Plan,
    shared: Arc<Shared<ByHand>>,
    record: Arc<Record<Real>>,
    threads: Vec<(Machine<ByHand>, Status)>,
    /// With [`Under::Serial`]: who is in the middle of a loop or call, and goes on. So a loop without an end is a circle of
    /// states, as elsewhere.
    goes_on: Option<usize>,
}

/// More than `setup` and `look` can have a use for. They may not end, and nobody interrupts them.
const MAX_INSTRUCTIONS: u32 = 1_000_000;

impl<'a> World<'a> {
    /// At the beginning of the threads.
    pub fn new(plan: &'a Plan) -> Result<Self, SyntaxError> {
        let gil = ByHand { platform: Real::new(), at_breaker: AtomicBool::new(false) };
        let (output, errors) = (Box::new(std::io::sink()), Box::new(std::io::sink()));
        let shared = Arc::new(Shared::new(gil, Arc::clone(&plan.program), &[], output, errors).alone());
        let record = shared.record(None, None);
        let machine = |code: &usize| Machine::new(Value::new(Payload::Function(*code as u32)), Vec::new());
        let threads = plan.threads.iter().map(|code| (machine(code), Status::Ready)).collect();
        let mut world = World { plan, shared, record, threads, goes_on: None };
        match world.finish(machine(&plan.setup)) {
            Ok(_) => Ok(world),
            Err(message) => {
                let at = Position { line: 1, column: 1 };
                Err(SyntaxError::new(at, message).of(&plan.program.source))
            }
        }
    }

    fn context(&self) -> Context<'_, ByHand> {
        Context { shared: &self.shared, thread: &(), record: &self.record }
    }

    /// Runs a machine to its end. An exception, or a wait for what nobody does, is an error.
    fn finish(&mut self, mut machine: Machine<ByHand>) -> Result<String, String> {
        for _ in 0..MAX_INSTRUCTIONS {
            match machine.run(&self.context()) {
                Pause::Due => {}
                Pause::Block(block) if !Self::can_end(&block) => {
                    return Err("this waits for ever for a lock".to_owned());
                }
                Pause::Block(block) => perform(&self.shared, &mut machine, &block),
                Pause::Done(value) => {
                    return repr(&value, &self.plan.program.codes).map_err(|exception| exception.to_string());
                }
                Pause::Failed(exception) => return Err(exception.to_string()),
            }
        }
        Err(format!("this does not end within {MAX_INSTRUCTIONS} instructions"))
    }

    /// Not so while it waits for a lock without a time-out.
    fn can_end(block: &Block<ByHand>) -> bool {
        !matches!(block, Block::Acquire(lock, None) if lock.lock().is_locked())
    }

    /// The threads that can go on.
    pub fn enabled(&self) -> Vec<usize> {
        if let Some(thread) = self.goes_on {
            return vec![thread];
        }
        let can = |status: &Status| match status {
            Status::Ready => true,
            Status::Waits(block) => Self::can_end(block),
            Status::Done | Status::Failed(_) => false,
        };
        (0..self.threads.len()).filter(|&thread| can(&self.threads[thread].1)).collect()
    }

    /// A thread goes on to where it may be interrupted next.
    pub fn turn(&mut self, thread: usize) -> Turn {
        let mut instructions = Vec::new();
        self.goes_on = None;
        let context = Context { shared: &self.shared, thread: &(), record: &self.record };
        let program = &self.plan.program;
        let (machine, status) = &mut self.threads[thread];
        if let Status::Waits(block) = std::mem::replace(status, Status::Ready) {
            perform(&self.shared, machine, &block);
        }
        loop {
            if let Some((code, index)) = machine.place() {
                instructions.push(program.codes[code].instruction(index, &program.names, &program.codes));
            }
            match machine.run(&context) {
                Pause::Due => {
                    let at_breaker = self.shared.gil().at_breaker.load(Ordering::Relaxed);
                    match self.plan.under {
                        Under::Serial | Under::NewGil if !at_breaker => continue,
                        Under::Serial => self.goes_on = Some(thread),
                        Under::NewGil | Under::OldGil | Under::NoGil => {}
                    }
                }
                Pause::Block(block @ Block::Acquire(..)) => *status = Status::Waits(block),
                Pause::Block(block) => perform(&self.shared, machine, &block),
                Pause::Done(_) => *status = Status::Done,
                Pause::Failed(exception) => *status = Status::Failed(exception.to_string()),
            }
            return Turn { thread, instructions };
        }
    }

    pub fn replay(&mut self, schedule: &[usize]) -> Vec<Turn> {
        schedule.iter().map(|&thread| self.turn(thread)).collect()
    }

    /// When no thread can go on: what has come out.
    pub fn outcome(mut self) -> String {
        let waits = |(_, status): &(_, Status)| matches!(status, Status::Waits(_));
        if self.threads.iter().any(waits) {
            return "deadlock".to_owned();
        }
        let look = Machine::new(Value::new(Payload::Function(self.plan.look as u32)), Vec::new());
        let mut outcome = self.finish(look).unwrap_or_else(|message| message);
        for (i, (_, status)) in self.threads.iter().enumerate() {
            if let Status::Failed(message) = status {
                outcome += &format!(", thread {}: {message}", i + 1);
            }
        }
        outcome
    }

    /// Equal for states that go on equally.
    pub fn fingerprint(&self) -> Vec<u8> {
        let mut fingerprint = super::fingerprint::Fingerprint::default();
        fingerprint.number(self.goes_on.map_or(u64::MAX, |thread| thread as u64));
        for (machine, status) in &self.threads {
            match status {
                Status::Ready => fingerprint.number(0),
                Status::Waits(block) => {
                    fingerprint.number(1);
                    if let Block::Acquire(lock, timeout) = block {
                        fingerprint.value(lock);
                        fingerprint.number(u64::from(timeout.is_some()));
                    }
                }
                Status::Done => fingerprint.number(2),
                Status::Failed(message) => {
                    fingerprint.number(3);
                    fingerprint.text(message);
                }
            }
            machine.frames().for_each(|(code, next, base)| {
                [code, next, base].into_iter().for_each(|number| fingerprint.number(number as u64));
            });
            fingerprint.number(u64::MAX);
            if let Some(answer) = machine.answer() {
                fingerprint.value(answer);
            }
            for value in machine.stack() {
                match value {
                    Some(value) => fingerprint.value(value),
                    None => fingerprint.number(u64::MAX),
                }
            }
        }
        for global in &self.shared.globals {
            if let Some(value) = global.get() {
                fingerprint.value(&value);
            }
            fingerprint.number(u64::MAX);
        }
        fingerprint.finish()
    }
}

/// Does what a machine waits for, in no time.
fn perform(shared: &Shared<ByHand>, machine: &mut Machine<ByHand>, block: &Block<ByHand>) {
    let answer = match block {
        Block::Sleep(_) => Ok(Constant::None),
        // Whoever has the lock may keep it for as long.
        Block::Acquire(lock, Some(_)) => Ok(Constant::Bool(lock.lock().try_acquire())),
        other => other.perform(shared.platform()),
    };
    machine.resume(answer.map(|constant| shared.constant(&constant)));
}
