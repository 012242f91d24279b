//! Ctrl-C and its like: a check or a watch that is asked to end leaves no process behind, no file, and the
//! terminal as it was.

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Stdio};

use rustix::process::Signal;

use crate::all_or;
use crate::checkout::Checkout;
use crate::process_leaks::{Process, ProcessLeaks, send};
use xtask::exercise::{self, Exercise};
use xtask::failure::{Context, Result, skip};
use xtask::lessons::Course;
use xtask::process::Exit;

const EXERCISE: &str = "1/1";

/// Waits for a process outside of its group: that is the last to be ended.
const ANSWER: &str = "crates/checks/tests/hostile/sleeps.rs";

/// What runs in a terminal of its own.
const SESSION: &str =
    r#"stty -a >"$NOTES/before"; "$XTASK" watch 1/1; echo $? >"$NOTES/code"; stty -a >"$NOTES/after""#;

/// What Ctrl-C becomes in a terminal that passes every key on.
const CTRL_C: &[u8] = b"\x03";

pub fn check(course: &Course) -> Result<()> {
    let checkout = Checkout::copy(course)?;
    let exercise = checkout.exercise(exercise::find(course, EXERCISE)?);
    let mut findings = Vec::new();
    for (during, signal) in [("rustc", Signal::INT), ("sleep", Signal::INT), ("sleep", Signal::TERM)] {
        let found = interrupt_check(&checkout, &exercise, during, signal)?;
        findings.extend(found.iter().map(|found| format!("check, {signal:?} during {during}: {found}")));
    }
    if Command::new("script").arg("--version").output().is_ok() {
        for signal in [Some(Signal::INT), Some(Signal::TERM), None] {
            let found = interrupt_watch(&checkout, &exercise, signal)?;
            let how = signal.map_or("the key".to_owned(), |signal| format!("{signal:?}"));
            findings.extend(found.iter().map(|found| format!("watch, {how}: {found}")));
        }
    } else {
        skip("watch in a terminal: there is no `script` on the PATH")?;
    }
    checkout.reset(&exercise)?;
    all_or(&findings, "findings")
}

/// Another answer each time, so that there is something to compile.
fn answer(checkout: &Checkout, exercise: &Exercise, remark: &str) -> Result<()> {
    let answer = fs::read_to_string(checkout.root.join(ANSWER)).context(|| ANSWER.into())?;
    checkout.write(&exercise.file(), format!("{answer}// {remark}\n").as_bytes())
}

/// Signals a check while a process of the name `during` runs.
fn interrupt_check(
    checkout: &Checkout,
    exercise: &Exercise,
    during: &str,
    signal: Signal,
) -> Result<Vec<String>> {
    answer(checkout, exercise, &format!("{during} {signal:?}"))?;
    let mut command = checkout.xtask(&["check", EXERCISE])?;
    let leaks = ProcessLeaks::of(&mut command)?;
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    if let Err(failure) = leaks.wait_for(during, &mut child) {
        return given_up(child, failure.to_string());
    }
    send(child.id(), signal)?;
    let exit = Exit::from(child.wait()?);
    let mut findings = leaks.left()?;
    // Of a compiler that was killed its files stay.
    findings.retain(|finding| during != "rustc" || !finding.ends_with(" is left"));
    if exit != Exit::Code(130) {
        findings.push(format!("it {exit}"));
    }
    Ok(findings)
}

/// Signals a watch in a terminal while it judges; without a signal by the key.
fn interrupt_watch(checkout: &Checkout, exercise: &Exercise, signal: Option<Signal>) -> Result<Vec<String>> {
    answer(checkout, exercise, &format!("watch {signal:?}"))?;
    let notes = tempfile::tempdir()?;
    let watch = checkout.xtask(&["watch", EXERCISE])?;
    let mut command = Command::new("script");
    command.args(["-q", "-c", SESSION, "/dev/null"]).env("SHELL", "/bin/sh");
    command.env("NOTES", notes.path()).env("XTASK", watch.get_program());
    command.envs(watch.get_envs().filter_map(|(key, value)| Some((key, value?))));
    let leaks = ProcessLeaks::of(&mut command)?;
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    // Open to the end: without a keyboard, `script` ends by itself.
    let mut keyboard = child.stdin.take();
    if let Err(failure) = leaks.wait_for("sleep", &mut child) {
        return given_up(child, failure.to_string());
    }
    match signal {
        Some(signal) => {
            let Process { id, .. } = leaks.wait_for("xtask", &mut child)?;
            send(id, signal)?;
        }
        None => keyboard.as_mut().map_or(Ok(()), |keyboard| keyboard.write_all(CTRL_C))?,
    }
    child.wait()?;
    drop(keyboard);
    let mut findings = leaks.left()?;
    let read = |name: &str| fs::read_to_string(notes.path().join(name)).unwrap_or_default();
    if read("code").trim() != "0" {
        findings.push(format!("it ended with exit code {:?}", read("code").trim()));
    }
    if read("before").is_empty() || read("before") != read("after") {
        findings.push(format!("the terminal was\n{}and is\n{}", read("before"), read("after")));
    }
    Ok(findings)
}

fn given_up(mut child: Child, why: String) -> Result<Vec<String>> {
    // It may have ended by itself.
    let _ = child.kill();
    child.wait()?;
    Ok(vec![why])
}
