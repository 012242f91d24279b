//! Where `show` draws. It reads the environment, so it runs in a child: this binary again, with one test.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write, stdin},
    path::PathBuf,
    process::{Child, Command, Stdio, exit},
};
use ungil_timeline::Timeline;

/// What the child leaves with after `show`: not a status of the test harness.
const SHOWN: i32 = 77;

#[test]
#[ignore = "the other tests run it in a child"]
fn child() {
    // Not by hand: without a parent it would wait for a line.
    if env::var_os("TIMELINE_TEST_CHILD").is_none() {
        return;
    }
    let _ = stdin().read_line(&mut String::new());
    let timeline = Timeline::new();
    timeline.lane("main").span("work").end();
    timeline.show("a/b");
    exit(SHOWN);
}

fn start(dir: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["child", "--exact", "--ignored", "--nocapture"])
        .env("TIMELINE_TEST_CHILD", "1")
        .env("UNGIL_TIMELINE_DIR", dir)
        .env("COLUMNS", "60")
        .env("UNGIL_ASCII", "1")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Lets the child show, and gives its standard output (or closes it) and its standard error.
fn finish(mut child: Child, read: bool) -> (String, String) {
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("running 1 test") {
        line.clear();
        assert!(stdout.read_line(&mut line).unwrap() > 0, "the child did not start");
    }
    let (mut out, mut err) = (String::new(), String::new());
    let stdout = read.then_some(stdout);
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    if let Some(mut stdout) = stdout {
        stdout.read_to_string(&mut out).unwrap();
    }
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(SHOWN), "{out}{err}");
    (out, err)
}

fn folder(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    dir
}

#[test]
fn it_prints_the_chart() {
    let (out, err) = finish(start(""), true);
    assert!(out.contains("a/b\n") && out.contains("main |"), "{out}");
    assert!(out.is_ascii() && out.lines().all(|line| line.len() <= 60), "{out}");
    assert_eq!(err, "");
}

#[test]
fn nobody_reads_it() {
    assert_eq!(finish(start(""), false).1, "");
}

#[test]
fn it_writes_files_for_the_runner() {
    let dir = folder("show-files").join("new");
    let (out, err) = finish(start(dir.to_str().unwrap()), true);
    assert!(!out.contains("main"), "{out}");
    assert_eq!(err, "");
    let mut names: Vec<_> = fs::read_dir(&dir).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["a-b.json", "a-b.svg", "a-b.txt"]);
    assert!(fs::read_to_string(dir.join("a-b.txt")).unwrap().contains("main |"));
    assert!(fs::read_to_string(dir.join("a-b.svg")).unwrap().starts_with("<svg "));
    assert!(fs::read_to_string(dir.join("a-b.json")).unwrap().contains("\"traceEvents\""));
}

#[test]
fn an_error_is_one_line() {
    let file = folder("show-error");
    fs::write(&file, "not a folder").unwrap();
    let (_, err) = finish(start(file.to_str().unwrap()), true);
    assert_eq!(err.lines().count(), 1, "{err}");
    assert!(err.starts_with("timeline \"a/b\": "), "{err}");
}
