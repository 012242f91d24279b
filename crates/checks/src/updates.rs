//! `git pull` of a newer course into a half-solved clone, as the book's introduction promises it: answers and
//! progress stay, whether they were committed or not.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::all_or;
use crate::checkout::Checkout;
use xtask::exercise::progress::Progress;
use xtask::exercise::{self, Exercise};
use xtask::failure::{Context, Result};
use xtask::lessons::Course;
use xtask::process;

/// For a command of git, or a check that builds the lesson first.
const LIMIT: Duration = Duration::from_secs(120);

/// The setting that the introduction recommends to learners who commit their answers.
const PULL_BELOW_COMMITS: &[&str] = &["pull", "--rebase", "--autostash"];

const PROGRESS: &str = "progress.txt";

pub fn check(course: &Course) -> Result<()> {
    let (one, two, three) =
        (exercise::find(course, "1/1")?, exercise::find(course, "1/2")?, exercise::find(course, "1/3")?);
    let lesson = one.dir.join("src/lib.rs");
    let answer = one.read(&one.solution())?;
    let mut broken = Vec::new();
    let mut promise = |what: &str, kept: Result<bool>| match kept {
        Ok(true) => {}
        Ok(false) => broken.push(what.to_owned()),
        Err(failure) => broken.push(format!("{what}: {failure}")),
    };

    let upstream = begin(course)?;
    let learner = clone(course, &upstream, "updates/learner")?;
    learner.write(&one.file(), answer.as_bytes())?;
    promise("a solution is solved in a clone", is(&learner, "1/1", "solved"));

    append(&upstream, &lesson)?;
    revise(&upstream, &two)?;
    add(&upstream, &one, "e99_new")?;
    commit(&upstream)?;
    promise("a new course comes beside an answer that is not committed", git(&learner, &["pull"]));
    promise("the answer stays", has(&learner, &one.file(), &answer));
    promise("the progress stays", has(&learner, Path::new(PROGRESS), "threads/in_order solved\n"));
    promise("a revised exercise comes", has(&learner, &two.file(), &read(&upstream, &two.stub())?));
    promise("the answer is still solved", is(&learner, "1/1", "solved"));
    promise("a new exercise comes", is(&learner, "1/99", "not-started"));

    // CONTRIBUTING.md forbids this for published exercises.
    revise(&upstream, &one)?;
    commit(&upstream)?;
    promise("git does not overwrite an answer", Ok(git(&learner, &["pull"]).is_err()));
    promise("the answer stays where git stops", has(&learner, &one.file(), &answer));
    run(learner.xtask(&["reset", "1/1"])?)?;
    promise("a reset makes way", git(&learner, &["pull"]));
    promise("the revised exercise comes", has(&learner, &one.file(), &read(&upstream, &one.stub())?));
    promise("a reset keeps the answer", has(&learner, &one.file().with_extension("rs.bak1"), &answer));

    solve(course, &learner, &one)?;
    commit(&learner)?;
    let machine = clone(course, &learner, "updates/machine")?;
    append(&upstream, &lesson)?;
    commit(&upstream)?;
    promise("a new course comes below an answer that is committed", git(&learner, PULL_BELOW_COMMITS));
    solve(course, &learner, &two)?;
    commit(&learner)?;
    solve(course, &machine, &three)?;
    commit(&machine)?;
    append(&machine, &three.file())?;
    promise("what two machines have committed comes together", git(&machine, PULL_BELOW_COMMITS));
    let together = Progress::read(&of(course, &machine))?;
    let all = [&one, &two, &three].iter().all(|exercise| together.is_solved(exercise));
    promise("what is solved on one machine or the other is solved", Ok(all));
    all_or(&broken, "promises are broken")
}

/// A first version of the course, from which a learner clones it.
fn begin(course: &Course) -> Result<Checkout> {
    let upstream = Checkout::empty(course, "updates/upstream")?;
    upstream.fill(course)?;
    for exercise in exercise::all_of_course(course)? {
        upstream.reset(&upstream.exercise(exercise))?;
    }
    if upstream.root.join(PROGRESS).exists() {
        fs::remove_file(upstream.root.join(PROGRESS))?;
    }
    git(&upstream, &["init", "--quiet", "--initial-branch=main"])?;
    commit(&upstream)?;
    Ok(upstream)
}

fn clone(course: &Course, of: &Checkout, name: &str) -> Result<Checkout> {
    let checkout = Checkout::empty(course, name)?;
    let to = checkout.root.display().to_string();
    git(of, &["clone", "--quiet", ".", &to])?;
    Ok(checkout)
}

/// The git of a learner who has configured nothing but a name.
fn git(checkout: &Checkout, words: &[&str]) -> Result<bool> {
    let mut command = Command::new("git");
    command.current_dir(&checkout.root).args(words);
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", checkout.root.join("no config"));
    for who in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{who}_NAME"), "Learner")
            .env(format!("GIT_{who}_EMAIL"), "learner@localhost");
    }
    // A hook that runs the tests has its own in the environment.
    command.env_remove("GIT_DIR").env_remove("GIT_INDEX_FILE").env_remove("GIT_WORK_TREE");
    run(command).map(|_| true)
}

fn commit(checkout: &Checkout) -> Result<()> {
    git(checkout, &["add", "--all"])?;
    git(checkout, &["commit", "--quiet", "--message", "a version"])?;
    Ok(())
}

/// What it prints.
fn run(command: Command) -> Result<String> {
    process::output(command, LIMIT)?.success()
}

fn read(checkout: &Checkout, file: &Path) -> Result<String> {
    fs::read_to_string(checkout.root.join(file)).context(|| file.display().to_string())
}

fn has(checkout: &Checkout, file: &Path, content: &str) -> Result<bool> {
    Ok(read(checkout, file)? == content)
}

/// Whether a check of the exercise says so.
fn is(checkout: &Checkout, exercise: &str, class: &str) -> Result<bool> {
    let said = process::output(checkout.xtask(&["check", exercise, "--json"])?, LIMIT)?.stdout;
    let verdict: Value = serde_json::from_str(&said).context(|| said.clone())?;
    Ok(verdict["class"] == class)
}

fn append(checkout: &Checkout, file: &Path) -> Result<()> {
    checkout.write(file, format!("{}\n// A remark.\n", read(checkout, file)?).as_bytes())
}

/// The exercise and its twin.
fn revise(checkout: &Checkout, exercise: &Exercise) -> Result<()> {
    append(checkout, &exercise.stub())?;
    append(checkout, &exercise.file())
}

/// A new exercise: `of` under another name.
fn add(checkout: &Checkout, of: &Exercise, stem: &str) -> Result<()> {
    let grading = ["stub.rs", "solution.rs", "suite.rs", "hints.md"].map(|file| of.grading().join(file));
    let target = of.dir.join("tests").join(&of.stem).with_extension("rs");
    for file in grading.into_iter().chain([of.file(), of.text_file(), target]) {
        let content = read(checkout, &file)?.replace(&of.stem, stem);
        let renamed = file.to_string_lossy().replace(&of.stem, stem);
        checkout.write(Path::new(&renamed), content.as_bytes())?;
    }
    Ok(())
}

/// As the learner would have it after a check.
fn solve(course: &Course, checkout: &Checkout, exercise: &Exercise) -> Result<()> {
    checkout.write(&exercise.file(), exercise.read(&exercise.solution())?.as_bytes())?;
    Progress::read(&of(course, checkout))?.note(exercise, true)
}

/// The course in the checkout.
fn of(course: &Course, checkout: &Checkout) -> Course {
    Course { root: checkout.root.clone(), lessons: course.lessons.clone() }
}
