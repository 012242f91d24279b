//! A suite as the runner calls it: each test in a process of its own, which leaves a record. The process is this binary
//! again.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use harness::{Class, Coverage, Record};
use interleave::{Model, SearchResult};

fn runs() {}

fn searches() -> SearchResult {
    Model::new().preemption_bound(1).search(|| ())
}

fn has_the_wrong_value() {
    assert_eq!(1, 2, "two\nlines");
}

fn hangs() {
    harness::within(Duration::from_millis(1), || std::thread::sleep(Duration::from_secs(60)));
}

harness::suite! { "0/0": runs, searches, has_the_wrong_value, hangs }

/// Runs one test of the suite; gives what it has left in the file, if anything.
fn left(test: &str, nonce: Option<&str>) -> Option<String> {
    let name = format!("{test}-{}", nonce.unwrap_or_default());
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_file(&path);
    let mut command = Command::new(env::current_exe().unwrap());
    command.args([&format!("exercise::{test}"), "--exact", "--ignored"]);
    command.env(harness::RECORD, &path).env_remove(harness::NONCE).envs(nonce.map(|it| (harness::NONCE, it)));
    command.output().unwrap();
    fs::read_to_string(&path).ok()
}

fn record(test: &str) -> Record {
    Record::from_text(&left(test, Some("a nonce")).unwrap()).unwrap()
}

#[test]
fn the_runner_is_told_the_tests_in_their_order() {
    assert_eq!(left("__tests", None).unwrap(), "runs\nsearches\nhas_the_wrong_value\nhangs");
}

#[test]
fn a_record_says_which_run_of_which_test_it_is_of() {
    let record = record("runs");
    assert_eq!((&*record.nonce, &*record.test, record.of), ("a nonce", "runs", 4));
    assert_eq!(record.finding.class, Class::Solved);
}

#[test]
fn a_search_says_what_it_has_covered() {
    let explored = record("searches").finding.explored;
    assert_eq!(explored.iter().map(|it| it.coverage).collect::<Vec<_>>(), [Coverage::AtMost(1)]);
}

#[test]
fn an_assertion_of_the_suite_is_a_wrong_value_and_says_where() {
    let finding = record("has_the_wrong_value").finding;
    assert_eq!(finding.class, Class::WrongValue);
    assert!(finding.text.contains("two\nlines"), "{}", finding.text);
    let (file, line) = finding.place.rsplit_once(':').unwrap();
    assert_eq!(file, file!());
    let text = include_str!("suite.rs").lines().nth(line.parse::<usize>().unwrap() - 1).unwrap();
    assert!(text.contains("assert_eq!(1, 2"), "{text}");
}

#[test]
fn a_test_that_waits_for_ever_is_a_hang() {
    assert_eq!(record("hangs").finding.class, Class::Hang);
}

#[test]
fn without_a_nonce_there_is_no_record() {
    assert_eq!(left("runs", None), None);
}
