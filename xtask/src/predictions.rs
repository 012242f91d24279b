//! What a lesson's model predicts, beside what each CPython here does.
//!
//! `compare/predictions.toml` has the scenes; `compare/scenes.py` is asked for what a CPython does, and the lesson's own
//! program, with the word `predictions`, for what the model says.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::compare::{self, ask};
use crate::failure::{Context, Failure, Result};
use crate::lessons::{Course, Lesson, read_toml};
use crate::process;
use crate::python::{self, Python};
use terminal::screen::{BOLD, DIM, Screen};

const HEADING: [&str; 5] = ["", "CPython", "measured here", "predicted", "ratio"];

struct Scene {
    key: String,
    what: String,
    /// The words for scenes.py.
    run: Vec<String>,
    /// The key of the answer in what scenes.py prints.
    value: String,
    unit: String,
    one_cpu: bool,
    /// Which GIL a CPython must have.
    gil: Option<String>,
}

/// Whether the lesson predicts anything.
pub fn exist(course: &Course, lesson: &Lesson) -> bool {
    file(course, lesson).exists()
}

/// Measures and prints; with `record`, writes figures and table into the lesson's `results/`.
pub fn run(course: &Course, lesson: &Lesson, ours: &Path, record: bool, screen: &mut Screen) -> Result<()> {
    if !exist(course, lesson) {
        return Ok(());
    }
    let scenes = scenes(&file(course, lesson))?;
    let mut command = Command::new(ours);
    command.arg("predictions");
    let model = ask(command)?;
    let pythons = python::all();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    screen.blank()?;
    screen.line(format_args!("{BOLD}Predicted and measured{BOLD:#}"))?;
    if pythons.is_empty() {
        crate::failure::skip("what CPython does: there is none on the PATH or in ~/.pyenv")?;
    }
    let one_cpu = Command::new("taskset").arg("--version").output().is_ok();
    if !one_cpu {
        crate::failure::skip("what must run on one CPU: there is no taskset")?;
    }
    let script = course.root.join(lesson.dir()).join("compare/scenes.py");
    let mut rows = Vec::new();
    for python in &pythons {
        screen.line(format_args!("{DIM}CPython {} …{DIM:#}", python.name()))?;
        // Several scenes may ask for different values of the same run.
        let mut answers = BTreeMap::new();
        let can = |scene: &&Scene| {
            (one_cpu || !scene.one_cpu) && scene.gil.as_ref().is_none_or(|gil| gil == gil_of(python))
        };
        for scene in scenes.iter().filter(can) {
            let run = (&scene.run, scene.one_cpu);
            let answer: &BTreeMap<String, String> = match answers.entry(run) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => unknown.insert(ask(measure(python, &script, scene))?),
            };
            let measured = number(answer, &scene.value)?;
            let predicted = number(&model, &format!("{} {}", gil_of(python), scene.key))?;
            rows.push(json!({
                "what": scene.what, "unit": scene.unit, "python": python.name(),
                "measured": measured, "predicted": predicted,
            }));
        }
    }
    // One table for each scene: all in one would be too wide for a terminal.
    for scene in table(&rows)[1..].chunk_by(|one, next| one[0] == next[0]) {
        screen.blank()?;
        screen.line(&scene[0][0])?;
        let lines = scene.iter().map(|row| row[1..].to_vec());
        let heading = HEADING[1..].iter().map(|word| (*word).to_owned()).collect();
        screen.table(&std::iter::once(heading).chain(lines).collect::<Vec<_>>())?;
    }
    if record {
        let dir = compare::results(course, lesson)?;
        let commit = commit(course);
        let about = json!({ "commit": commit, "load_before": load.trim(), "rows": rows });
        write(&dir.join("predictions.json"), &format!("{about:#}\n"))?;
        write(&dir.join("predictions.md"), &markdown(&about))?;
    }
    Ok(())
}

/// Checks that each recorded table is made of the recorded figures.
pub fn check(course: &Course) -> Result<()> {
    for lesson in &course.lessons {
        let json = course.root.join(lesson.dir()).join("results/predictions.json");
        let Ok(text) = fs::read_to_string(&json) else { continue };
        let about: Value = serde_json::from_str(&text).context(|| json.display().to_string())?;
        let table = json.with_extension("md");
        if fs::read_to_string(&table).unwrap_or_default() != markdown(&about) {
            return Err(Failure::Failed(format!("{} is not made of {}", table.display(), json.display())));
        }
    }
    Ok(())
}

fn file(course: &Course, lesson: &Lesson) -> PathBuf {
    course.root.join(lesson.dir()).join("compare/predictions.toml")
}

fn scenes(path: &Path) -> Result<Vec<Scene>> {
    let table = read_toml(path)?;
    let rows = table.get("scene").and_then(|rows| rows.as_array()).into_iter().flatten();
    let scene = |row: &toml::Value| {
        let text = |key| row.get(key).and_then(|value| value.as_str()).map(str::to_owned);
        let run = row.get("run")?.as_array()?.iter().map(|word| word.as_str().map(str::to_owned));
        Some(Scene {
            key: text("key")?,
            what: text("what")?,
            run: run.collect::<Option<_>>()?,
            value: text("value")?,
            unit: text("unit")?,
            one_cpu: row.get("one_cpu").and_then(|value| value.as_bool()).unwrap_or(false),
            gil: text("gil"),
        })
    };
    let scenes = rows.map(|row| scene(row).context(|| format!("{}: an incomplete scene", path.display())));
    scenes.collect()
}

fn number(answers: &BTreeMap<String, String>, key: &str) -> Result<f64> {
    let text = answers.get(key).context(|| format!("no answer for {key}"))?;
    text.parse().context(|| format!("{key}: {text:?}"))
}

/// A row for each scene and CPython, in the order of the scenes, so that versions stand together.
fn table(rows: &[Value]) -> Vec<Vec<String>> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let mut order: Vec<String> = Vec::new();
    for row in rows {
        let what = text(row, "what");
        if !order.contains(&what) {
            order.push(what);
        }
    }
    let mut table = vec![HEADING.map(str::to_owned).to_vec()];
    for what in &order {
        for row in rows.iter().filter(|row| text(row, "what") == *what) {
            let value = |key: &str| row[key].as_f64().unwrap_or(f64::NAN);
            let (measured, predicted) = (value("measured"), value("predicted"));
            let unit = text(row, "unit");
            table.push(vec![
                what.clone(),
                text(row, "python"),
                format!("{measured:.3} {unit}"),
                format!("{predicted:.3} {unit}"),
                format!("{:.2}", predicted / measured),
            ]);
        }
    }
    table
}

fn markdown(about: &Value) -> String {
    let rows = about["rows"].as_array().map_or(&[][..], Vec::as_slice);
    let text = |key: &str| about[key].as_str().unwrap_or("unknown");
    format!(
        "{}\nMeasured at commit {}; the machine's load before it: {}.\n",
        compare::markdown(&table(rows)),
        text("commit"),
        text("load_before"),
    )
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).context(|| path.display().to_string())
}

fn commit(course: &Course) -> String {
    let mut command = Command::new("git");
    command.current_dir(&course.root).args(["rev-parse", "--short", "HEAD"]);
    let id = process::output(command, Duration::from_secs(10)).and_then(process::Output::success);
    id.map_or_else(|_| "unknown".to_owned(), |id| id.trim().to_owned())
}

/// Which GIL it has.
fn gil_of(python: &Python) -> &'static str {
    if python.version < (3, 2, 0) { "old" } else { "new" }
}

/// The command that measures a scene on a CPython.
fn measure(python: &Python, script: &Path, scene: &Scene) -> Command {
    let mut command = if scene.one_cpu {
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(&python.path);
        command
    } else {
        Command::new(&python.path)
    };
    command.arg(script).args(&scene.run);
    command
}
