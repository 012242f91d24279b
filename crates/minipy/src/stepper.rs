//! A program in the middle of a schedule: its threads take turns by hand, all in one thread of the operating system.

mod fingerprint;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ungil_vtime::Real;

use crate::compile::program::parse_in;
use crate::compile::statement::Scope;
use crate::eval::machine::{Machine, Pause};
use crate::eval::native::{BlockingCall, Context};
use crate::eval::object::{Payload, Value};
use crate::eval::shared::Shared;
use crate::eval::text::repr;
use crate::eval::threading::ThreadHandle;
use crate::syntax::parse_expression;
use crate::syntax::tree::{Constant, Statement, StatementKind};
use crate::{Gil, Point, Position, Program, SyntaxError};

/// Where a thread may be interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupts {
    /// Nowhere: each thread runs to its end, or until it blocks.
    Never,
    /// Before each instruction.
    Instructions,
    /// When a loop goes back to its beginning, when a function is entered, and after a call of a native function.
    BackEdgesAndCalls,
}

/// A thread's turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Which thread, from 0.
    pub thread: usize,
    /// The instructions that it executes, as `dis` writes them.
    pub instructions: Vec<String>,
}

/// The GIL of a [`Stepper`]'s threads: a machine yields after each instruction, and the stepper decides which goes on.
pub(crate) struct ByHand {
    platform: Real,
    /// Whether the thread stands at a back edge or a call, where CPython since 3.10 checks the `eval_breaker`.
    at_eval_breaker: AtomicBool,
}

// SAFETY: one thread of the operating system, the owner of the stepper, runs all the machines.
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

    fn take_gil(&self, (): &()) {}

    unsafe fn drop_gil(&self, (): &()) {}

    fn should_yield(&self, (): &(), at: Point) -> bool {
        self.at_eval_breaker.store(at != Point::Instruction, Ordering::Relaxed);
        true
    }
}

/// A program in parts, compiled: the statements of the setup, the statements of each thread, and an expression that is
/// evaluated when all threads have ended. All variables are global.
pub struct Parts {
    program: Arc<Program>,
    interrupts: Interrupts,
    setup: usize,
    threads: Vec<usize>,
    look: usize,
}

impl Parts {
    /// Compiles the parts.
    ///
    /// # Errors
    ///
    /// [`SyntaxError`] if a part is not a program.
    pub fn new(
        setup: &str,
        texts: &[&str],
        expression: &str,
        interrupts: Interrupts,
    ) -> Result<Self, SyntaxError> {
        let mut program = Program::empty("setup", setup);
        let block = parse_in(&program.source)?;
        let setup = program.add("setup", &block, Scope::Globals)?;
        let mut threads = Vec::new();
        for (i, text) in texts.iter().enumerate() {
            let name = format!("thread {}", i + 1);
            // The program keeps one text; only messages need this one.
            let part = Program::empty(&name, text);
            let block = parse_in(&part.source)?;
            threads.push(program.add(&name, &block, Scope::Globals).map_err(|e| e.of(&part.source))?);
        }
        let look = Program::empty("look", expression);
        let expression = parse_expression(expression).map_err(|e| e.of(&look.source))?;
        let statement = Statement { at: expression.at, kind: StatementKind::Return(Some(expression)) };
        let look = program.add("look", &vec![statement], Scope::Globals).map_err(|e| e.of(&look.source))?;
        Ok(Parts { program: Arc::new(program), interrupts, setup, threads, look })
    }
}

/// What a thread of the stepper can do next.
enum Status {
    Ready,
    /// The thread waits for a lock.
    Waits(BlockingCall<ByHand>),
    Done,
    /// Ended by this exception.
    Failed(String),
}

/// Threads of [`Parts`] that take turns.
pub struct Stepper<'a> {
    parts: &'a Parts,
    shared: Arc<Shared<ByHand>>,
    handle: Arc<ThreadHandle<Real>>,
    threads: Vec<(Machine<ByHand>, Status)>,
    /// With [`Interrupts::Never`]: the thread that is in the middle of a loop or call, and continues. So an endless
    /// loop is a cycle of states under this policy, too.
    goes_on: Option<usize>,
}

/// A limit for the setup and the expression: they are not interrupted, and might not end.
const MAX_INSTRUCTIONS: u32 = 1_000_000;

impl<'a> Stepper<'a> {
    /// Runs the setup. No thread has begun.
    ///
    /// # Errors
    ///
    /// [`SyntaxError`] if the setup fails or does not end.
    pub fn new(parts: &'a Parts) -> Result<Self, SyntaxError> {
        let gil = ByHand { platform: Real::new(), at_eval_breaker: AtomicBool::new(false) };
        let (output, errors) = (Box::new(std::io::sink()), Box::new(std::io::sink()));
        let shared = Arc::new(Shared::new(gil, Arc::clone(&parts.program), &[], output, errors).alone());
        let handle = shared.new_handle(None, None);
        let machine = |code: &usize| Machine::new(Value::new(Payload::Function(*code as u32)), Vec::new());
        let threads = parts.threads.iter().map(|code| (machine(code), Status::Ready)).collect();
        let mut stepper = Stepper { parts, shared, handle, threads, goes_on: None };
        match stepper.finish(machine(&parts.setup)) {
            Ok(_) => Ok(stepper),
            Err(message) => {
                let at = Position { line: 1, column: 1 };
                Err(SyntaxError::new(at, message).of(&parts.program.source))
            }
        }
    }

    fn context(&self) -> Context<'_, ByHand> {
        Context { shared: &self.shared, thread: &(), handle: &self.handle }
    }

    /// Runs a machine to its end. An exception, or a wait that cannot end, is an error.
    fn finish(&mut self, mut machine: Machine<ByHand>) -> Result<String, String> {
        for _ in 0..MAX_INSTRUCTIONS {
            match machine.run(&self.context()) {
                Pause::Yield => {}
                Pause::BlockingCall(call) if !Self::can_end(&call) => {
                    return Err("this waits for ever for a lock".to_owned());
                }
                Pause::BlockingCall(call) => perform(&self.shared, &mut machine, &call),
                Pause::Done(value) => {
                    return repr(&value, &self.parts.program.codes)
                        .map_err(|exception| exception.to_string());
                }
                Pause::Failed(exception) => return Err(exception.to_string()),
            }
        }
        Err(format!("this does not end within {MAX_INSTRUCTIONS} instructions"))
    }

    /// False for a wait without a time-out for a lock that is held.
    fn can_end(call: &BlockingCall<ByHand>) -> bool {
        !matches!(call, BlockingCall::Acquire(lock, None) if lock.lock().is_locked())
    }

    /// The threads that can continue.
    pub fn enabled(&self) -> Vec<usize> {
        if let Some(thread) = self.goes_on {
            return vec![thread];
        }
        let can = |status: &Status| match status {
            Status::Ready => true,
            Status::Waits(call) => Self::can_end(call),
            Status::Done | Status::Failed(_) => false,
        };
        (0..self.threads.len()).filter(|&thread| can(&self.threads[thread].1)).collect()
    }

    /// Runs a thread to the next point at which it may be interrupted.
    pub fn turn(&mut self, thread: usize) -> Turn {
        let mut instructions = Vec::new();
        self.goes_on = None;
        let context = Context { shared: &self.shared, thread: &(), handle: &self.handle };
        let program = &self.parts.program;
        let (machine, status) = &mut self.threads[thread];
        if let Status::Waits(call) = std::mem::replace(status, Status::Ready) {
            perform(&self.shared, machine, &call);
        }
        loop {
            if let Some((code, index)) = machine.place() {
                instructions.push(program.codes[code].instruction(index, &program.names, &program.codes));
            }
            match machine.run(&context) {
                Pause::Yield => {
                    let at_eval_breaker = self.shared.gil().at_eval_breaker.load(Ordering::Relaxed);
                    match self.parts.interrupts {
                        Interrupts::Never | Interrupts::BackEdgesAndCalls if !at_eval_breaker => continue,
                        Interrupts::Never => self.goes_on = Some(thread),
                        Interrupts::BackEdgesAndCalls | Interrupts::Instructions => {}
                    }
                }
                Pause::BlockingCall(call @ BlockingCall::Acquire(..)) => *status = Status::Waits(call),
                Pause::BlockingCall(call) => perform(&self.shared, machine, &call),
                Pause::Done(_) => *status = Status::Done,
                Pause::Failed(exception) => *status = Status::Failed(exception.to_string()),
            }
            return Turn { thread, instructions };
        }
    }

    /// Runs a turn of each of these threads, one after the other.
    pub fn replay(&mut self, schedule: &[usize]) -> Vec<Turn> {
        schedule.iter().map(|&thread| self.turn(thread)).collect()
    }

    /// The outcome, when no thread can continue.
    pub fn outcome(mut self) -> String {
        let waits = |(_, status): &(_, Status)| matches!(status, Status::Waits(_));
        if self.threads.iter().any(waits) {
            return "deadlock".to_owned();
        }
        let look = Machine::new(Value::new(Payload::Function(self.parts.look as u32)), Vec::new());
        let mut outcome = self.finish(look).unwrap_or_else(|message| message);
        for (i, (_, status)) in self.threads.iter().enumerate() {
            if let Status::Failed(message) = status {
                outcome += &format!(", thread {}: {message}", i + 1);
            }
        }
        outcome
    }

    /// Bytes that are equal for states which the program cannot tell apart.
    pub fn fingerprint(&self) -> Vec<u8> {
        let mut fingerprint = fingerprint::Fingerprint::default();
        fingerprint.number(self.goes_on.map_or(u64::MAX, |thread| thread as u64));
        for (machine, status) in &self.threads {
            match status {
                Status::Ready => fingerprint.number(0),
                Status::Waits(call) => {
                    fingerprint.number(1);
                    if let BlockingCall::Acquire(lock, timeout) = call {
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
            if let Some(result) = machine.result() {
                fingerprint.value(result);
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

/// Performs the call that a machine waits for; no time passes.
fn perform(shared: &Shared<ByHand>, machine: &mut Machine<ByHand>, call: &BlockingCall<ByHand>) {
    let result = match call {
        BlockingCall::Sleep(_) => Ok(Constant::None),
        // If the lock is held, its holder may keep it until the time-out.
        BlockingCall::Acquire(lock, Some(_)) => Ok(Constant::Bool(lock.lock().try_acquire())),
        other => other.perform(shared.platform()),
    };
    machine.resume(result.map(|constant| shared.constant(&constant)));
}
