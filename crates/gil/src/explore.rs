//! "What can x be after this?": all schedules of a small program, one after the other.
//!
//! A GIL decides where a thread may be interrupted. Between two such places a thread runs alone, so all outcomes are found
//! by trying, at each place, each thread that can continue. Equal states are tried once.

mod statements;

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use ungil_minipy::SyntaxError;
use ungil_minipy::stepper::{Interrupts, Parts, Stepper};

pub use ungil_minipy::stepper::Turn;

pub use statements::{STATEMENTS, Statement};

/// A GIL, or none, as far as it decides where a thread may be interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Nowhere: each thread runs to its end, or until it blocks. The other variants are compared with this one.
    Serial,
    /// Before each instruction: the old GIL, and the new one in CPython 3.2 to 3.9.
    OldGil,
    /// When a loop goes back to its beginning, when a function is entered, and after a call of a native function: the
    /// new GIL since CPython 3.10.
    NewGil,
    /// Before each instruction. One instruction on a list or dict is still one step: lists and dicts have locks.
    NoGil,
}

impl Policy {
    fn interrupts(self) -> Interrupts {
        match self {
            Policy::Serial => Interrupts::Never,
            Policy::OldGil | Policy::NoGil => Interrupts::Instructions,
            Policy::NewGil => Interrupts::BackEdgesAndCalls,
        }
    }
}

/// A program in parts: statements that run first, the statements of each thread, and an expression that is evaluated
/// when all threads have ended. All variables are global.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Runs before the threads begin.
    pub setup: &'a str,
    /// The statements of each thread.
    pub threads: &'a [&'a str],
    /// The expression whose value is the outcome.
    pub look: &'a str,
}

/// One possible outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The value of the expression, followed by the exceptions that have ended threads; or `deadlock`.
    pub value: String,
    /// The number of schedules that lead to this outcome; saturates. 0 if some schedules never end, because schedules
    /// are not counted then.
    pub schedules: u128,
    /// One of the shortest schedules.
    pub example: Vec<Turn>,
}

/// All outcomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcomes {
    /// In the order in which they were found.
    pub outcomes: Vec<Outcome>,
    /// The number of different states.
    pub states: usize,
    /// The number of schedules; saturates. `None` if some never end, or the search was stopped.
    pub schedules: Option<u128>,
    /// Whether all schedules were tried.
    pub complete: bool,
}

impl Outcomes {
    /// The values alone, in alphabetical order.
    pub fn values(&self) -> Vec<&str> {
        let mut values: Vec<&str> = self.outcomes.iter().map(|outcome| outcome.value.as_str()).collect();
        values.sort_unstable();
        values
    }
}

/// How much was searched, in the words of the model checker.
impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.complete, self.schedules) {
            (true, Some(schedules)) => write!(f, "all executions ({schedules})"),
            (true, None) => write!(f, "all executions (some never end; {} states)", self.states),
            (false, _) => write!(f, "stopped after {} states", self.states),
        }
    }
}

/// Tries all schedules, until `limit` states were seen. Waits and long computations take no time; `print` prints nothing.
///
/// # Errors
///
/// [`SyntaxError`] if a part of the question is not a program, or `setup` fails.
pub fn explore(question: &Question<'_>, policy: Policy, limit: usize) -> Result<Outcomes, SyntaxError> {
    let parts = Parts::new(question.setup, question.threads, question.look, policy.interrupts())?;
    let mut graph = Graph::default();
    graph.visit(&Stepper::new(&parts)?, Vec::new());
    let mut finished: Vec<(usize, String)> = Vec::new();
    let mut complete = true;
    while let Some(state) = graph.waiting.pop_front() {
        let State { schedule, enabled, .. } = &graph.states[state];
        let (schedule, enabled) = (Arc::clone(schedule), enabled.clone());
        let replayed = || {
            let mut stepper = Stepper::new(&parts)?;
            stepper.replay(&schedule);
            Ok(stepper)
        };
        if enabled.is_empty() {
            finished.push((state, replayed()?.outcome()));
        }
        for thread in enabled {
            let mut stepper = replayed()?;
            stepper.turn(thread);
            if graph.states.len() >= limit && !graph.known.contains_key(&stepper.fingerprint()) {
                complete = false;
                continue;
            }
            let next = graph.visit(&stepper, schedule.iter().copied().chain([thread]).collect());
            graph.states[state].next.push(next);
        }
    }
    let paths = if complete { graph.paths() } else { None };
    let mut outcomes: Vec<Outcome> = Vec::new();
    for (state, value) in finished {
        let schedules = paths.as_ref().map_or(0, |paths| paths[state]);
        if let Some(outcome) = outcomes.iter_mut().find(|outcome| outcome.value == value) {
            outcome.schedules = outcome.schedules.saturating_add(schedules);
            continue;
        }
        let mut stepper = Stepper::new(&parts)?;
        let example = stepper.replay(&graph.states[state].schedule);
        outcomes.push(Outcome { value, schedules, example });
    }
    let schedules = paths.map(|_| outcomes.iter().fold(0u128, |sum, o| sum.saturating_add(o.schedules)));
    Ok(Outcomes { outcomes, states: graph.states.len(), schedules, complete })
}

/// Whether interruptions make no difference: every outcome is also an outcome of running the threads one after the other.
///
/// # Errors
///
/// [`SyntaxError`] if a part of the question is not a program, or `setup` fails.
///
/// # Panics
///
/// If there are more states than `limit`.
pub fn is_atomic(question: &Question<'_>, policy: Policy, limit: usize) -> Result<bool, SyntaxError> {
    let serial = explore(question, Policy::Serial, limit)?;
    let all = explore(question, policy, limit)?;
    assert!(serial.complete && all.complete, "more than {limit} states: {all}");
    Ok(all.values().iter().all(|value| serial.values().contains(value)))
}

/// The states that were found. `known` has their numbers by fingerprint, `waiting` those still to be continued.
#[derive(Default)]
struct Graph {
    known: HashMap<Vec<u8>, usize>,
    states: Vec<State>,
    waiting: VecDeque<usize>,
}

struct State {
    /// One of the shortest schedules that lead to this state.
    schedule: Arc<[usize]>,
    /// The threads that can continue.
    enabled: Vec<usize>,
    /// For each of these threads, the state after its turn.
    next: Vec<usize>,
}

impl Graph {
    /// Returns the number of the stepper's state, and adds the state if it is new.
    fn visit(&mut self, stepper: &Stepper<'_>, schedule: Vec<usize>) -> usize {
        let new = self.states.len();
        let state = *self.known.entry(stepper.fingerprint()).or_insert(new);
        if state == new {
            let enabled = stepper.enabled();
            self.states.push(State { schedule: schedule.into(), enabled, next: Vec::new() });
            self.waiting.push_back(new);
        }
        state
    }

    /// How many schedules lead to each state; `None` if the states have a cycle.
    fn paths(&self) -> Option<Vec<u128>> {
        let mut before = vec![0; self.states.len()];
        self.states.iter().flat_map(|state| &state.next).for_each(|&next| before[next] += 1);
        let mut paths = vec![0u128; self.states.len()];
        paths[0] = 1;
        // Topological order: only the first state has no predecessor.
        let mut ready = vec![0];
        let mut done = 0;
        while let Some(state) = ready.pop() {
            done += 1;
            for &next in &self.states[state].next {
                paths[next] = paths[next].saturating_add(paths[state]);
                before[next] -= 1;
                if before[next] == 0 {
                    ready.push(next);
                }
            }
        }
        (done == self.states.len()).then_some(paths)
    }
}
