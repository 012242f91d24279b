//! The verdict on an answer: only the records of its tests are believed.

use std::time::Duration;

use harness::{Class, Coverage, Explored, Finding, Record};

use crate::process::{Exit, Output};

pub struct Verdict {
    pub class: Class,
    /// Why the answer was not run; empty if it was.
    pub text: String,
    /// Lines that belong to `text`: the compiler's errors, for instance.
    pub details: Vec<String>,
    /// Every test of the suite in its order; none if the answer was not run.
    pub tests: Vec<Judged>,
    pub time: Duration,
}

pub struct Judged {
    /// The function in the suite.
    pub name: String,
    /// `None` if the test was not run because an earlier one failed.
    pub class: Option<Class>,
    pub text: String,
    pub place: String,
    pub picture: String,
    /// What the model checker has covered.
    pub explored: Vec<Explored>,
    pub milliseconds: u64,
    /// What the answer itself printed, or the system about it.
    pub output: String,
}

impl Verdict {
    pub fn refused(class: Class, text: String, details: Vec<String>) -> Verdict {
        Verdict { class, text, details, tests: Vec::new(), time: Duration::ZERO }
    }

    pub fn of(tests: Vec<Judged>) -> Verdict {
        let failing = tests.iter().find_map(|test| test.class.filter(|class| *class != Class::Solved));
        let all = !tests.is_empty() && tests.iter().all(|test| test.class == Some(Class::Solved));
        let class = if all { Class::Solved } else { failing.unwrap_or(Class::Crash) };
        Verdict { class, text: String::new(), details: Vec::new(), tests, time: Duration::ZERO }
    }

    pub fn is_solved(&self) -> bool {
        self.class == Class::Solved
    }

    /// Whether every search has covered all executions; `None` if nothing was searched.
    pub fn is_proved(&self) -> Option<bool> {
        let mut explored = self.tests.iter().flat_map(|test| &test.explored).peekable();
        explored.peek()?;
        Some(explored.all(|explored| explored.coverage == Coverage::All))
    }

    /// The first test that failed.
    pub fn first_failing(&self) -> Option<&Judged> {
        self.tests.iter().find(|test| test.class.is_some_and(|class| class != Class::Solved))
    }
}

/// Makes the judgement of a test out of its record. A record of success counts only if the process ended successfully, too.
pub fn judged(name: &str, record: Option<Record>, ended: &Output, time: Duration) -> Judged {
    let mut judged = Judged::not_run(name);
    judged.output = printed(&ended.stdout);
    let reason = reason(&ended.stdout);
    judged.milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    // After the death of its coroutine, the checker only sees that nothing happens any more, and records a hang.
    let record = record.filter(|record| record.finding.class != Class::Hang || reason.is_none());
    let ended_well = ended.exit == Exit::Success;
    if let Some(record) = record.filter(|record| record.finding.class != Class::Solved || ended_well) {
        let Finding { class, text, place, picture, explored } = record.finding;
        judged.class = Some(class);
        judged.text = text;
        judged.place = plain_paths(&place);
        judged.picture = plain_paths(&picture);
        judged.explored = explored;
        judged.milliseconds = record.milliseconds;
        return judged;
    }
    let (class, text) = match ended.exit {
        Exit::TimedOut(limit) => {
            (Class::Hang, format!("Nothing came within {} s, so it was stopped.", limit.as_secs()))
        }
        Exit::TooMuchOutput => (Class::Crash, "It printed more and more, so it was stopped.".to_owned()),
        Exit::Code(_) | Exit::Signal(_) => {
            (Class::Crash, format!("Its process {}.", in_words(ended.exit, reason)))
        }
        Exit::Success if let Some(reason) = reason => {
            (Class::Crash, format!("It could not go on: {reason}."))
        }
        Exit::Success => {
            (Class::Crash, "Its process ended as if all were well, but before the test did.".to_owned())
        }
    };
    judged.class = Some(class);
    judged.text = text;
    judged
}

/// Paths as the learner knows them: the compiler reaches an answer through `tests/../exercises`.
pub fn plain_paths(text: &str) -> String {
    text.replace("/tests/../", "/")
}

/// How the process ended, and why, if `reason` or the signal says so.
fn in_words(exit: Exit, reason: Option<&str>) -> String {
    let signal = match exit {
        Exit::Signal(6) => Some("it aborted"),
        Exit::Signal(9) => Some("it was killed"),
        Exit::Signal(11) => Some("it touched memory that is not its own"),
        _ => None,
    };
    match reason.or(signal) {
        Some(reason) => format!("{exit}: {reason}"),
        None => exit.to_string(),
    }
}

/// Why the process ended, from what the standard library or the checker's coroutines print in such cases.
fn reason(output: &str) -> Option<&'static str> {
    let reasons = [
        ("has overflowed its stack", "the stack overflowed"),
        ("memory allocation of", "there was no memory left within the limit"),
        ("panic in a destructor", "a destructor panicked"),
        ("panicked while processing panic", "a panic came while another was on its way"),
    ];
    reasons.iter().find(|(sign, _)| output.contains(sign)).map(|(_, reason)| *reason)
}

/// The output without the test harness's own lines.
fn printed(output: &str) -> String {
    let harness = |line: &&str| {
        let line = line.trim();
        line.is_empty()
            || line == "running 1 test"
            || line == "."
            || line.starts_with("test result:")
            || line == "failures:"
            || line.starts_with("note: run with `RUST_BACKTRACE=1`")
    };
    let lines: Vec<&str> = output.lines().filter(|line| !harness(line)).collect();
    lines.join("\n")
}

impl Judged {
    /// `all executions (96)`; empty if nothing was searched.
    pub fn explored_in_words(&self) -> String {
        self.explored.iter().map(Explored::to_string).collect::<Vec<_>>().join("; ")
    }

    pub fn not_run(name: &str) -> Judged {
        Judged {
            name: name.rsplit("::").next().unwrap_or(name).to_owned(),
            class: None,
            text: String::new(),
            place: String::new(),
            picture: String::new(),
            explored: Vec::new(),
            milliseconds: 0,
            output: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(class: Class) -> Option<Record> {
        Some(Record {
            nonce: "n".into(),
            test: "t".into(),
            of: 1,
            finding: Finding::new(class, "text"),
            milliseconds: 3,
        })
    }

    fn class(record: Option<Record>, exit: Exit, output: &str) -> (Class, String) {
        let ended = Output { stdout: output.into(), stderr: String::new(), exit };
        let judged = judged("suite::t", record, &ended, Duration::ZERO);
        (judged.class.unwrap(), judged.text)
    }

    #[test]
    fn without_a_record_nothing_is_solved() {
        let crash = |text: &str| (Class::Crash, text.to_owned());
        assert_eq!(class(record(Class::Solved), Exit::Success, "").0, Class::Solved);
        assert_eq!(
            class(None, Exit::Success, ""),
            crash("Its process ended as if all were well, but before the test did.")
        );
        assert_eq!(
            class(record(Class::Solved), Exit::Signal(6), "thread 'x' has overflowed its stack"),
            crash("Its process ended by signal 6: the stack overflowed.")
        );
        assert_eq!(class(record(Class::Deadlock), Exit::Code(101), "").0, Class::Deadlock);
        assert_eq!(
            class(record(Class::Hang), Exit::Success, "coroutine has overflowed its stack"),
            crash("It could not go on: the stack overflowed.")
        );
        assert_eq!(class(record(Class::Hang), Exit::Success, "").0, Class::Hang);
        assert_eq!(class(None, Exit::TimedOut(Duration::from_secs(7)), "").0, Class::Hang);
        assert_eq!(class(None, Exit::TooMuchOutput, "").0, Class::Crash);
    }

    #[test]
    fn a_place_is_where_the_learner_looks_for_it() {
        assert_eq!(plain_paths("crates/x/tests/../exercises/e1_y.rs:3"), "crates/x/exercises/e1_y.rs:3");
    }

    #[test]
    fn a_bounded_search_proves_nothing() {
        let test = |coverages: &[Coverage]| {
            let explored = coverages.iter().map(|&coverage| Explored { executions: 7, coverage }).collect();
            Judged { explored, ..Judged::not_run("t") }
        };
        let (all, bounded) = (Coverage::All, Coverage::AtMost(3));
        assert_eq!(Verdict::of(vec![test(&[])]).is_proved(), None);
        assert_eq!(Verdict::of(vec![test(&[all]), test(&[all, all]), test(&[])]).is_proved(), Some(true));
        assert_eq!(Verdict::of(vec![test(&[all]), test(&[bounded, all])]).is_proved(), Some(false));
    }

    #[test]
    fn the_first_failing_test_gives_its_class() {
        let test = |class| Judged { class, ..Judged::not_run("t") };
        let of = |classes: &[Option<Class>]| Verdict::of(classes.iter().copied().map(test).collect()).class;
        let (solved, hang) = (Some(Class::Solved), Some(Class::Hang));
        assert_eq!(of(&[solved, solved]), Class::Solved);
        assert_eq!(of(&[solved, Some(Class::Panic), hang]), Class::Panic);
        assert_eq!(of(&[solved, hang, None]), Class::Hang);
        assert_eq!(of(&[solved, None]), Class::Crash);
        assert_eq!(of(&[]), Class::Crash);
    }
}
