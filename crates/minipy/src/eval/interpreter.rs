//! The interpreter: a program, a GIL, and where the output goes.

use std::io::Write;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::cells;
use super::exception::Uncaught;
use super::object::{Payload, Value};
use super::shared::{Shared, lock};
use super::thread;
use crate::Gil;
use crate::compile::program::Program;
use crate::syntax::tree::Constant;
use ungil_vtime::Platform;

/// Runs a program under a GIL.
///
/// The interpreter owns the GIL, so no other code can take or drop it while objects are used.
///
/// ```
/// use ungil_gil::platform::Real;
/// use ungil_gil::{Buffer, Interpreter, NewGil, Program};
///
/// let program = Program::compile("sum.py", "print(sum(range(5)))")?;
/// let output = Buffer::new();
/// let ended = Interpreter::new(NewGil::new(Real::new())).output(output.clone()).run(program);
/// assert_eq!((output.text().as_str(), ended.uncaught), ("10\n", None));
/// # Ok::<(), ungil_gil::SyntaxError>(())
/// ```
pub struct Interpreter<G: Gil> {
    gil: G,
    globals: Vec<(String, Constant)>,
    copies: u32,
    output: Box<dyn Write + Send>,
    errors: Box<dyn Write + Send>,
}

/// The function that [`Interpreter::threads`] runs.
pub(crate) const MAIN: &str = "main";

/// How a program has ended.
#[derive(Debug)]
pub struct Ended {
    /// The exception that has ended the main thread, if any. It was also written to the errors.
    pub uncaught: Option<Uncaught>,
    /// The exceptions that have ended other threads. They were also written to the errors.
    pub in_threads: Vec<Uncaught>,
    /// How many unreachable objects are left: objects in cycles, as there is no cycle collector. Counted only with
    /// debug assertions, otherwise 0. The count is kept for each thread of the operating system, so it means nothing if
    /// several interpreters run on one such thread, as in virtual time.
    pub leaked: usize,
}

impl<G: Gil> Interpreter<G> {
    /// An interpreter that writes to the standard output and the standard error.
    pub fn new(gil: G) -> Self {
        let (output, errors) = (Box::new(std::io::stdout()), Box::new(std::io::stderr()));
        Interpreter { gil, globals: Vec::new(), copies: 0, output, errors }
    }

    /// Where `print` writes to, one whole line at a time.
    pub fn output(self, output: impl Write + Send + 'static) -> Self {
        Interpreter { output: Box::new(output), ..self }
    }

    /// Where tracebacks are written to: at once, even if other threads still run.
    pub fn errors(self, errors: impl Write + Send + 'static) -> Self {
        Interpreter { errors: Box::new(errors), ..self }
    }

    /// Gives a global variable its value from the beginning.
    pub fn global(mut self, name: &str, value: i64) -> Self {
        self.globals.push((name.to_owned(), Constant::Int(value)));
        self
    }

    /// `copies` threads run the program's function `main` after the program itself has ended.
    pub fn threads(self, copies: u32) -> Self {
        Interpreter { copies, ..self }
    }

    /// Runs a program in this thread and the threads that the program starts. Blocks until all of them have ended.
    ///
    /// # Panics
    ///
    /// If the GIL says that it is exclusive and lets two threads in; or if a thread panics, as the writer of the output
    /// may. The other threads still run to their end.
    pub fn run(self, program: impl Into<Arc<Program>>) -> Ended {
        let program = program.into();
        let source = Arc::clone(&program.source);
        let shared = Shared::new(self.gil, program, &self.globals, self.output, self.errors);
        let shared = Arc::new(shared);
        let main = shared.new_handle(Some("MainThread".to_owned()), None);
        main.begin();
        let thread = shared.gil().thread();
        let module = ManuallyDrop::new((Value::new(Payload::Function(0)), Vec::new()));
        let result = catch_unwind(AssertUnwindSafe(|| {
            let result = thread::run(&shared, &thread, &main, module)
                .and_then(|()| thread::start_copies(&shared, &thread, &main, MAIN, self.copies));
            let uncaught = result.err().map(|exception| Uncaught::new(&exception, &source));
            if let Some(uncaught) = &uncaught {
                shared.report(format_args!("{uncaught}"));
            }
            uncaught
        }));
        main.finish();
        // After a panic the other threads still run to their end. Under a GIL that has let two threads in they may
        // never end.
        let result = match result {
            Err(panic) if shared.broken.get().is_some() => resume_unwind(panic),
            result => result,
        };
        // Python waits for all its threads but daemon threads, which do not exist here.
        loop {
            let next = lock(&shared.spawned).pop();
            let Some(next) = next else { break };
            shared.platform().join(next);
        }
        let uncaught = result.unwrap_or_else(|panic| resume_unwind(panic));
        shared.flush();
        if let Some(why) = shared.broken.get().or(shared.panicked.get()) {
            panic!("{why}");
        }
        let in_threads = std::mem::take(&mut *lock(&shared.uncaught));
        let live = Arc::clone(&shared.live);
        drop(shared);
        live.fetch_add(cells::empty(), Ordering::Relaxed);
        Ended { uncaught, in_threads, leaked: usize::try_from(live.load(Ordering::Relaxed)).unwrap_or(0) }
    }
}
