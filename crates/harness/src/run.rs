//! Runs a test, judges how it ended, and leaves the record.

use std::any::Any;
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;
use std::time::Instant;

use crate::panics::{self, Panic};
use crate::{Class, Evidence, Finding, Hang, Record};

/// The environment variable with the path of the record. A file, not a pipe: a process that the answer left
/// behind would keep a pipe open.
pub const RECORD: &str = "UNGIL_RECORD";

/// The environment variable with this run's nonce. It tells the record of this run from others and from accidents; it does
/// not protect from an answer that reads its environment.
pub const NONCE: &str = "UNGIL_NONCE";

/// The environment variable of a build with a hash of the answer, which `suite!` reads.
pub const ANSWER: &str = "UNGIL_ANSWER";

/// The number of runs on real threads that a right answer must survive; a wrong one may.
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

/// Runs a test. Under the runner, its finding goes into the record; without a runner, a failure is a panic.
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
    let finding = judge(ended, &panics::seen(), test.file);
    #[cfg(unix)]
    let finding = if finding.class == Class::Hang && crate::limits::is_filling_memory() {
        Finding::new(Class::Crash, "It took more and more memory, so it was stopped.")
    } else {
        finding
    };
    let record = Record { nonce, test: test.name.to_owned(), of: test.of as u64, finding, milliseconds };
    if let Err(error) = fs::write(&path, record.to_text()) {
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
pub fn run_often(test: &Test, f: impl Fn()) {
    run(test, || (0..OFTEN).for_each(|_| f()));
}

/// For `cargo test` and editors: the failure shows the picture.
fn alone<E: Evidence>(f: impl FnOnce() -> E) {
    match catch_unwind(AssertUnwindSafe(f)).map(E::finding) {
        Ok(Finding { class: Class::Solved, .. }) => {}
        Ok(Finding { class, text, place, picture, .. }) => {
            panic!("{}: {place}\n{text}{picture}", class.words())
        }
        Err(payload) => match payload.downcast_ref::<Hang>() {
            Some(hang) => panic!("{}", hang_in_words(hang)),
            None => resume_unwind(payload),
        },
    }
}

/// What the result of a test means, with all panics that the process has seen; `suite` is the suite's file.
fn judge<E: Evidence>(ended: thread::Result<E>, seen: &[Panic], suite: &str) -> Finding {
    let todo = seen.iter().find(|panic| panic.is_todo());
    match (ended.map(E::finding), todo) {
        (Ok(finding), None) => finding,
        // The answer has caught the panic, and passes.
        (Ok(finding), _) if finding.class == Class::Solved => finding,
        // Before all else: the learner has not begun there, whatever followed from it.
        (_, Some(todo)) => of_panic(Class::NotStarted, todo),
        (Err(payload), None) => of_payload(payload.as_ref(), seen, suite),
    }
}

/// What the panic `payload` of a test means.
fn of_payload(payload: &(dyn Any + Send), seen: &[Panic], suite: &str) -> Finding {
    if let Some(hang) = payload.downcast_ref::<Hang>() {
        return Finding::new(Class::Hang, hang_in_words(hang));
    }
    let message = message(payload);
    let mut panics = seen.iter().rev().skip_while(|panic| panic.message != message);
    // A join that only passes a panic on is not its cause.
    match panics.by_ref().find(|panic| !panic.passes_on()) {
        Some(panic) if panic.file == suite => of_panic(Class::WrongValue, panic),
        Some(panic) => of_panic(Class::Panic, panic),
        None => Finding::new(Class::Panic, message),
    }
}

fn of_panic(class: Class, panic: &Panic) -> Finding {
    Finding { place: panic.place(), ..Finding::new(class, &*panic.message) }
}

fn hang_in_words(hang: &Hang) -> String {
    format!("Nothing came within {:?}: a thread waits for something that never comes.", hang.limit)
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn panic(message: &str, file: &str) -> Panic {
        Panic { message: message.into(), file: file.into(), line: 7 }
    }

    fn class(message: &'static str, seen: &[Panic]) -> (Class, String) {
        let found = judge::<()>(Err(Box::new(message)), seen, "suite.rs");
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
        let seen = [todo, panic("other", "suite.rs")];
        let hang = Box::new(Hang { limit: Duration::from_secs(2) });
        assert_eq!(judge::<()>(Err(hang), &seen, "suite.rs").class, Class::NotStarted);
        assert_eq!(judge(Ok(()), &seen, "suite.rs").class, Class::Solved, "the answer has caught it");
    }

    #[test]
    fn a_hang_says_for_how_long() {
        let hang = Box::new(Hang { limit: Duration::from_secs(2) });
        let found = judge::<()>(Err(hang), &[], "suite.rs");
        assert_eq!(
            (found.class, found.text.as_str()),
            (Class::Hang, "Nothing came within 2s: a thread waits for something that never comes.")
        );
    }
}
