//! `cargo xtask bench 1`: calls the package with the benches and the peers. In the lesson's folder, `bench/results.json` has the
//! recorded figures, and `bench/results.md` the table that the book shows.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cargo;
use crate::failure::{Context, Failure, Result};
use crate::lessons::{Course, Lesson};
use terminal::table;

/// Runs the lesson's benches in release mode, with their output as it comes.
pub fn run(course: &Course, lesson: &Lesson, json: Option<&Path>) -> Result<()> {
    course.must_be_written(lesson)?;
    let manifest = course.root.join("crates/bench/Cargo.toml");
    let mut command =
        cargo::command(&course.root, &["run", "-q", "--release", "--locked", "--manifest-path"]);
    command.arg(manifest).arg("--").arg(&lesson.name);
    if let Some(path) = json {
        // The path is relative to this folder, and cargo runs in the root.
        let here = std::env::current_dir().context(|| "this folder".into())?;
        command.arg("--json").arg(here.join(path));
    }
    match command.status().context(|| "cargo cannot be started".into())?.code() {
        Some(0) => Ok(()),
        Some(2) => Err(Failure::Misuse(format!("lesson {} has no bench", lesson.number))),
        _ => Err(Failure::Failed("the bench did not run to its end".into())),
    }
}

/// Runs, and records figures and table for the book.
pub fn record(course: &Course, lesson: &Lesson) -> Result<()> {
    let json = results(course, lesson);
    run(course, lesson, Some(&json))?;
    let table = json.with_extension("md");
    fs::write(&table, table_of(&json)?).context(|| table.display().to_string())
}

/// The tables that the recorded figures give, and where they are recorded.
pub fn tables(course: &Course) -> Result<Vec<(PathBuf, String)>> {
    let recorded = course.lessons.iter().map(|lesson| results(course, lesson)).filter(|json| json.exists());
    recorded.map(|json| Ok((json.with_extension("md"), table_of(&json)?))).collect()
}

fn results(course: &Course, lesson: &Lesson) -> PathBuf {
    course.root.join(lesson.dir()).join("bench/results.json")
}

/// The figures as a Markdown table.
fn table_of(json: &Path) -> Result<String> {
    let text = fs::read_to_string(json).context(|| json.display().to_string())?;
    let value: Value = serde_json::from_str(&text).context(|| json.display().to_string())?;
    let rows = || value["rows"].as_array().into_iter().flatten();
    // Only rows with contention have figures of fairness.
    let fair = rows().any(|row| row["fairness"].is_object());
    let heading = ["ns an operation", "threads", "ours", "best peer", "ratio", "noise", "must"];
    let fairness = fair.then_some("least / most served: ours, best peer, its noise");
    let mut table = vec![heading.into_iter().chain(fairness).map(str::to_owned).collect::<Vec<_>>()];
    for row in rows() {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let number = |value: &Value, digits| format!("{:.digits$}", value.as_f64().unwrap_or(f64::NAN));
        let best = &row["peers"][0];
        let mut cells = vec![
            text("what"),
            text("placement"),
            number(&row["ours_ns"], 1),
            format!("{} {}", best["name"].as_str().unwrap_or_default(), number(&best["ns"], 1)),
            number(&row["ratio"], 2),
            number(&row["noise"], 2),
            if row["must"].is_number() { number(&row["must"], 2) } else { "-".to_owned() },
        ];
        cells.extend(fair.then(|| fairness_of(row).unwrap_or_default()));
        table.push(cells);
    }
    let table = table::markdown(&table, |column| matches!(column, 0 | 1 | 3));
    let commit = value["commit"].as_str().unwrap_or("unknown");
    Ok(format!("{table}\nMeasured at commit {commit}.\n"))
}

/// The fairness of ours, of the best peer, and the difference between the two medians of that peer.
fn fairness_of(row: &Value) -> Option<String> {
    let (fairness, best) = (&row["fairness"], &row["peers"][0]["name"]);
    let peer = fairness["peers"].as_array()?.iter().find(|peer| &peer["name"] == best)?;
    let (ours, noise) = (fairness["ours"].as_f64()?, fairness["noise"].as_f64()?);
    Some(format!("{ours:.2}, {:.2}, {noise:.2}", peer["fairness"].as_f64()?))
}
