//! Every outcome of a run is an outcome of the search, and the other way round.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ungil_gil::explore::{Policy, Question, STATEMENTS, explore};
use ungil_gil::platform::{Computer, Platform, Virtual};
use ungil_gil::{Buffer, Gil, Interpreter, OldGil, Point, Program};

/// A GIL that may yield wherever the real GIL may; whether it does, and for how long, is random.
struct Lottery {
    gil: OldGil<Virtual>,
    /// Whether it stands for the new GIL, which is not passed on before each instruction.
    new: bool,
    lots: AtomicU64,
}

impl Lottery {
    /// A random number below 8: a linear congruential generator. The caller has the GIL, or runs in virtual time.
    fn draw(&self) -> u64 {
        let state = self.lots.load(Ordering::Relaxed);
        let state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        self.lots.store(state, Ordering::Relaxed);
        state >> 61
    }
}

// SAFETY: it is the old GIL, but for the moments.
unsafe impl Gil for Lottery {
    type Platform = Virtual;
    type Thread = usize;
    const EXCLUSIVE: bool = true;

    fn platform(&self) -> &Virtual {
        self.gil.platform()
    }

    fn thread(&self) -> usize {
        self.gil.thread()
    }

    fn number(&self, thread: &usize) -> usize {
        *thread
    }

    fn take_gil(&self, thread: &usize) {
        self.gil.take_gil(thread);
    }

    unsafe fn drop_gil(&self, thread: &usize) {
        // SAFETY: as the caller has promised.
        unsafe { self.gil.drop_gil(thread) };
    }

    fn should_yield(&self, _thread: &usize, at: Point) -> bool {
        (at == Point::Instruction) != self.new && self.draw() < 4
    }

    unsafe fn yield_gil(&self, thread: &usize) {
        // SAFETY: as the caller has promised.
        unsafe { self.gil.drop_gil(thread) };
        // Virtual time: for about as long as the others take for the drawn number of instructions.
        self.platform().sleep(Duration::from_nanos(20 * self.draw()));
        self.gil.take_gil(thread);
    }
}

/// A question as a whole program, which prints what is looked at.
fn program(question: &Question<'_>) -> String {
    let mut text = format!("import threading\n{}\n", question.setup);
    for (i, thread) in question.threads.iter().enumerate() {
        text +=
            &format!("def thread_{i}():\n    global a, b, i, j, x\n    {}\n", thread.replace('\n', "\n    "));
    }
    text += "both = [threading.Thread(target=thread_0), threading.Thread(target=thread_1)]\n";
    text + "both[0].start()\nboth[1].start()\nboth[0].join()\nboth[1].join()\n"
        + &format!("print(repr({}))\n", question.look)
}

/// What comes out of a run, as [`explore`] writes it.
fn outcome(question: &Question<'_>, new: bool, seed: u64) -> String {
    let text = program(question);
    let output = Buffer::new();
    let (printed, errors) = (output.clone(), Buffer::new());
    let ended = Virtual::run(Computer { seed, ..Computer::ideal(2) }, move |platform| {
        let gil = Lottery { gil: OldGil::new(platform.clone()), new, lots: AtomicU64::new(seed) };
        let program = Program::compile("program.py", &text).unwrap_or_else(|error| panic!("{error}"));
        Interpreter::new(gil).output(output).errors(errors).run(program)
    });
    let ended = ended.unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(ended.uncaught, None);
    let mut outcome = printed.text().trim_end().to_owned();
    for i in 0..question.threads.len() {
        let name = format!("in thread_{i}\n");
        for failed in ended.in_threads.iter().filter(|failed| failed.to_string().contains(&name)) {
            outcome += &format!(", thread {}: {:?}: {}", i + 1, failed.kind(), failed.message());
        }
    }
    outcome
}

#[test]
fn runs_and_the_search_agree() {
    for statement in STATEMENTS {
        for (policy, new) in [(Policy::OldGil, false), (Policy::NewGil, true)] {
            let seen: BTreeSet<String> =
                (0..RUNS).map(|seed| outcome(&statement.question, new, seed)).collect();
            let all = explore(&statement.question, policy, 20_000).unwrap_or_else(|error| panic!("{error}"));
            let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
            assert_eq!(seen, all.values(), "{} {policy:?}", statement.text);
        }
    }
}

/// Enough for the rarest of the outcomes.
const RUNS: u64 = 300;
