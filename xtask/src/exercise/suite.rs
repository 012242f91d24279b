//! Runs the tests of a suite, each in a process of its own, side by side.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use harness::{Class, Record};
use ungil_timeline::Style;

use super::orphans;
use super::verdict::{Judged, judged};
use crate::failure::{Context, Failure, Result};
use crate::file;
use crate::groups::Groups;
use crate::process::{self, Exit, Output};

/// For one test. A hang is called within ten seconds, its build included. A search gives up before it.
const LIMIT: Duration = Duration::from_secs(5);

/// Runs the one test `name` of `binary`.
pub fn run_one(binary: &Path, dir: &Path, name: &str, limit: Duration) -> Result<Judged> {
    let setting = Setting { binary, dir, of: 1, limit, groups: &Groups::default(), style: &Style::default() };
    run_test(&setting, name, |_| ())
}

/// The names of all tests in `binary`, as its harness has them.
pub fn list(binary: &Path) -> Result<Vec<String>> {
    let mut command = Command::new(binary);
    command.args(["--list", "--format", "terse"]);
    let output = process::output(command, LIMIT)?;
    Ok(output.stdout.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
}

/// How the tests of a suite ended.
pub enum Ran {
    /// Every test, in the suite's order.
    Tests(Vec<Judged>),
    /// The process ended before it could name the suite's tests: before `main`, for instance.
    Died(Output),
}

/// Runs the suite `module` of `binary`.
pub fn run(binary: &Path, dir: &Path, module: &str, groups: &Groups, style: &Style) -> Result<Ran> {
    orphans::adopt();
    let ran = names_of(binary, module, groups).and_then(|names| match names {
        Ok(names) => run_all(binary, dir, &names, groups, style).map(Ran::Tests),
        Err(output) => Ok(Ran::Died(output)),
    });
    // The runner's own children have all been waited for.
    orphans::end();
    if groups.is_cancelled() { Err(Failure::Stopped) } else { ran }
}

/// The names of the suite's tests in its order, or how the process has ended without them.
fn names_of(
    binary: &Path,
    module: &str,
    groups: &Groups,
) -> Result<std::result::Result<Vec<String>, Output>> {
    let folder = tempfile::tempdir().context(|| "a folder for the record".into())?;
    let path = folder.path().join("record");
    let mut command = Command::new(binary);
    command.args(["--exact", &format!("{module}::__tests"), "--include-ignored", "--test-threads=1"]);
    command.env(harness::RECORD, &path);
    let output = process::output_in(groups, command, LIMIT, |_| ())?;
    let names = file::read_to_string(&path).ok().filter(|_| output.exit == Exit::Success);
    Ok(match names {
        Some(names) => Ok(names.lines().map(|name| format!("{module}::{name}")).collect()),
        None => Err(output),
    })
}

fn run_all(
    binary: &Path,
    dir: &Path,
    names: &[String],
    groups: &Groups,
    style: &Style,
) -> Result<Vec<Judged>> {
    let next = AtomicUsize::new(0);
    let ruins = Ruins::default();
    let done = Mutex::new(BTreeMap::new());
    let work = || -> Result<()> {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(name) = names.get(index) else { return Ok(()) };
            let judged = if ruins.is_before(index) {
                Judged::not_run(name)
            } else {
                let setting = Setting { binary, dir, of: names.len(), limit: LIMIT, groups, style };
                let judged = run_test(&setting, name, |id| ruins.begins(index, id, groups))?;
                ruins.ends(index, judged.class, groups);
                // An earlier test that failed may have ended this one.
                let own = !ruins.is_before(index) || judged.class == Some(Class::Solved);
                if own { judged } else { Judged::not_run(name) }
            };
            done.lock().unwrap_or_else(PoisonError::into_inner).insert(index, judged);
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from).min(names.len());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })?;
    Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect())
}

/// After a test that hangs or crashes, later tests are ended or not begun, as they would only make the learner wait. Earlier
/// tests go on: one of them may be the first to fail.
#[derive(Default)]
struct Ruins(Mutex<RuinsState>);

#[derive(Default)]
struct RuinsState {
    first: Option<usize>,
    /// The processes of the tests.
    running: BTreeMap<usize, u32>,
}

impl Ruins {
    fn is_before(&self, index: usize) -> bool {
        self.lock().first.is_some_and(|first| first < index)
    }

    fn begins(&self, index: usize, id: u32, groups: &Groups) {
        let mut state = self.lock();
        if state.first.is_some_and(|first| first < index) {
            // An earlier test has failed since `is_before` was asked.
            groups.end(id);
        } else {
            state.running.insert(index, id);
        }
    }

    fn ends(&self, index: usize, class: Option<Class>, groups: &Groups) {
        let mut state = self.lock();
        state.running.remove(&index);
        if matches!(class, Some(Class::Hang | Class::Crash)) && state.first.is_none_or(|first| index < first)
        {
            state.first = Some(index);
            for id in state.running.split_off(&index).into_values() {
                groups.end(id);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, RuinsState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the tests of a suite have in common.
struct Setting<'a> {
    binary: &'a Path,
    dir: &'a Path,
    /// How many there are.
    of: usize,
    limit: Duration,
    groups: &'a Groups,
    style: &'a Style,
}

/// Runs one test; `begun` gets the id of its process.
fn run_test(setting: &Setting, name: &str, begun: impl FnOnce(u32)) -> Result<Judged> {
    let Setting { binary, dir, of, limit, groups, style } = *setting;
    let folder = tempfile::tempdir().context(|| "a folder for the record".into())?;
    let path = folder.path().join("record");
    let nonce = nonce(folder.path());
    let mut command = Command::new(binary);
    command.args(["--exact", name, "--include-ignored", "--nocapture", "--test-threads=1", "--quiet"]);
    command.current_dir(dir).env(harness::RECORD, &path).env(harness::NONCE, &nonce);
    // As `cargo test` sets it: the checker reads from there the source lines that a counterexample shows.
    command.env("CARGO_MANIFEST_DIR", dir);
    command.env("COLUMNS", style.width.saturating_sub(2).to_string());
    command.env("UNGIL_ASCII", if style.unicode { "" } else { "1" });
    command.env("RUST_BACKTRACE", "0").env_remove("RUST_TEST_THREADS");
    let start = Instant::now();
    let ended = process::output_in(groups, command, limit, begun)?;
    let record = file::read_to_string(&path).ok().and_then(|text| Record::from_text(&text));
    let record = record.filter(|record| {
        record.nonce == nonce && name.rsplit("::").next() == Some(&record.test) && record.of == of as u64
    });
    Ok(judged(name, record, &ended, start.elapsed()))
}

/// A word that no other run has: the folder's name is random, and new. A record without it is another run's, or an accident.
/// It is no protection from an answer that reads its own environment.
fn nonce(folder: &Path) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}", folder.display(), now.as_nanos())
}
