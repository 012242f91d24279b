//! Runs a test, judges how it ended, and leaves the record.

use std::any::Any;
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Instant;

use crate::panics::{self, Panic};
use crate::{Class, Evidence, Hang, Record};

/// The environment variable with the path of the file that the record goes to. A file and not a pipe: a process
/// that the answer left behind would keep a pipe open.
pub const RECORD: &str = "UNGIL_RECORD";

/// The environment variable with this run's nonce.
pub const NONCE: &str = "UNGIL_NONCE";

/// A right answer survives so many runs; a wrong one with luck too.
const OFTEN: u32 = 10_000;

/// A test as its suite knows it.
#[derive(Clone, Copy, Debug)]
pub struct Test {
    /// The name of the function.
    pub name: &'static str,
    /// How many tests the suite has.
    pub of: usize,
    /// The suite's file, as the compiler names it: an assertion that fails there is a wrong value, any other
    /// panic is the answer's own.
    pub file: &'static str,
}

/// Runs a test. Under the runner, what comes out goes into the record; without it, a failure is a panic.
pub fn run<E: Evidence>(test: &Test, f: impl FnOnce() -> E) {
    let (Some(path), Ok(nonce)) = (env::var_os(RECORD), env::var(NONCE)) else {
        return alone(f);
    };
    #[cfg(unix)]
    crate::limits::set();
    panics::note_all();
    let begun = Instant::now();
    let ended = catch_unwind(AssertUnwindSafe(f));
    let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut found = match &ended {
        Ok(evidence) if evidence.is_enough() => {
            Found { proof: evidence.words(), ..Found::new(Class::Solved, String::new()) }
        }
        Ok(evidence) => {
            let text = "There are more executions than there was time for. None so far was wrong, but that is no proof: \
                        take fewer steps.";
            Found { proof: evidence.words(), ..Found::new(Class::CannotJudge, text.to_owned()) }
        }
        Err(payload) => judge(payload.as_ref(), &panics::seen(), test.file),
    };
    #[cfg(unix)]
    if found.class == Class::Hang && crate::limits::is_filling_memory() {
        found = Found::new(Class::Crash, "It took more and more memory, so it was stopped.".to_owned());
    }
    let record = Record {
        nonce,
        test: test.name.to_owned(),
        of: test.of as u64,
        class: found.class,
        text: found.text,
        place: found.place,
        picture: found.picture,
        proof: found.proof,
        milliseconds,
    };
    if let Err(error) = fs::write(&path, record.to_line()) {
        eprintln!("{}: {error}", path.display());
    }
}

/// Tells the runner the names of a suite's tests in their order: libtest lists them alphabetically.
pub fn tell(tests: &[&str]) {
    if let Some(path) = env::var_os(RECORD)
        && let Err(error) = fs::write(&path, tests.join("\n"))
    {
        eprintln!("{}: {error}", path.display());
    }
}

/// Runs `f` 10,000 times in a row, as one test.
pub fn run_often<E: Evidence>(test: &Test, f: impl Fn() -> E) {
    run(test, || {
        for _ in 0..OFTEN {
            f();
        }
    });
}

/// For `cargo test` and editors: whoever reads the failure there wants to see the picture.
fn alone<E: Evidence>(f: impl FnOnce() -> E) {
    let payload = match catch_unwind(AssertUnwindSafe(f)) {
        Ok(_) => return,
        Err(payload) => payload,
    };
    if let Some(found) = of_model(payload.as_ref()) {
        panic!("{}: {}\n{}", found.class.words(), found.place, found.picture);
    }
    match payload.downcast_ref::<Hang>() {
        Some(hang) => panic!("{}", hang_in_words(hang)),
        None => resume_unwind(payload),
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Found {
    class: Class,
    text: String,
    place: String,
    picture: String,
    proof: String,
}

impl Found {
    fn new(class: Class, text: String) -> Found {
        Found { class, text, place: String::new(), picture: String::new(), proof: String::new() }
    }

    fn of_panic(class: Class, panic: &Panic) -> Found {
        Found { place: panic.place(), ..Found::new(class, panic.message.clone()) }
    }
}

/// What the panic `payload` of a test means, with all panics that the process has seen.
fn judge(payload: &(dyn Any + Send), seen: &[Panic], suite: &str) -> Found {
    // Before all else: whatever followed from it, the learner has not begun there.
    if let Some(todo) = seen.iter().find(|panic| panic.is_todo()) {
        return Found::of_panic(Class::NotStarted, todo);
    }
    if let Some(found) = of_model(payload) {
        return found;
    }
    if let Some(hang) = payload.downcast_ref::<Hang>() {
        return Found::new(Class::Hang, hang_in_words(hang));
    }
    let message = message(payload);
    let mut panics = seen.iter().rev().skip_while(|panic| panic.message != message);
    // A join that only passes a panic on is not the cause of it.
    match panics.by_ref().find(|panic| !panic.passes_on()) {
        Some(panic) if panic.file == suite => Found::of_panic(Class::WrongValue, panic),
        Some(panic) => Found::of_panic(Class::Panic, panic),
        None => Found::new(Class::Panic, message),
    }
}

fn hang_in_words(hang: &Hang) -> String {
    format!("Nothing came within {:?}: a thread waits for something that never comes.", hang.limit)
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or_default().to_owned()
}

/// The failure of a model.
#[cfg(feature = "interleave")]
fn of_model(payload: &(dyn Any + Send)) -> Option<Found> {
    let failure: &interleave::Failure = payload.downcast_ref::<Box<interleave::Failure>>()?;
    let place = failure.place.as_ref().map(|line| format!("{}:{}", line.file, line.number));
    if failure.message.starts_with("not yet implemented") {
        let place = place.unwrap_or_default();
        return Some(Found { place, ..Found::new(Class::NotStarted, failure.message.clone()) });
    }
    Some(Found {
        class: failure.kind.name().parse().unwrap_or(Class::CannotJudge),
        text: String::new(),
        place: place.unwrap_or_default(),
        picture: failure.picture(style()),
        proof: String::new(),
    })
}

#[cfg(not(feature = "interleave"))]
fn of_model(_payload: &(dyn Any + Send)) -> Option<Found> {
    None
}

/// How to draw a picture for the runner: as wide as it says that its terminal is, up to what is easy to read.
#[cfg(feature = "interleave")]
pub fn style() -> interleave::Style {
    let default = interleave::Style::default();
    let columns = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let ascii = env::var_os("UNGIL_ASCII").is_some_and(|value| !value.is_empty());
    interleave::Style { width: columns.map_or(default.width, |columns: usize| columns.min(100)), ascii }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panic(message: &str, file: &str) -> Panic {
        Panic { message: message.into(), file: file.into(), line: 7 }
    }

    fn class(message: &'static str, seen: &[Panic]) -> (Class, String) {
        let found = judge(&message, seen, "suite.rs");
        (found.class, found.place)
    }

    #[test]
    fn where_a_panic_comes_from_decides() {
        let assertion = panic("left == right", "suite.rs");
        let index = panic("out of bounds", "answer.rs");
        assert_eq!(
            class("left == right", &[index.clone(), assertion.clone()]),
            (Class::WrongValue, "suite.rs:7".into())
        );
        assert_eq!(
            class("out of bounds", std::slice::from_ref(&index)),
            (Class::Panic, "answer.rs:7".into())
        );
        assert_eq!(class("never seen", &[index]), (Class::Panic, String::new()));
    }

    #[test]
    fn a_join_that_passes_a_panic_on_is_not_its_cause() {
        let cause = panic("out of bounds", "answer.rs");
        let join = panic("called `Result::unwrap()` on an `Err` value: Any { .. }", "suite.rs");
        let seen = [cause, join];
        assert_eq!(
            class("called `Result::unwrap()` on an `Err` value: Any { .. }", &seen),
            (Class::Panic, "answer.rs:7".into())
        );
    }

    #[test]
    fn a_todo_anywhere_is_not_started() {
        let todo = panic("not yet implemented", "answer.rs");
        let hang = judge(
            &Hang { limit: std::time::Duration::from_secs(2) },
            &[todo, panic("other", "suite.rs")],
            "suite.rs",
        );
        assert_eq!(hang.class, Class::NotStarted);
    }

    #[test]
    fn a_hang_says_for_how_long() {
        let found = judge(&Hang { limit: std::time::Duration::from_secs(2) }, &[], "suite.rs");
        assert_eq!(
            (found.class, found.text.as_str()),
            (Class::Hang, "Nothing came within 2s: a thread waits for something that never comes.")
        );
    }
}
