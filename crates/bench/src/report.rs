//! The table on the screen, and the same as JSON.

use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::duel::{Bench, Fairness, Row};

/// Measures everything, printing each row as soon as it is known.
pub fn run(lesson: &str, benches: &[Bench], json: Option<&Path>) -> io::Result<()> {
    let mut out = io::stdout();
    let width = benches.iter().map(|bench| bench.what.len()).max().unwrap_or(0);
    writeln!(
        out,
        "{:width$}  {:8}  {:>9}  {:>9}  ratio  noise",
        "ns an operation", "threads", "ours", "best peer"
    )?;
    let mut rows = Vec::new();
    for bench in benches {
        for &placement in bench.placements.iter().filter(|placement| placement.is_known()) {
            let row = bench.measure(lesson, placement)?;
            print(&mut out, &row, width)?;
            rows.push(row);
        }
    }
    if let Some(path) = json {
        let text = serde_json::to_string_pretty(&to_json(&rows))?;
        std::fs::write(path, text + "\n")
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    }
    Ok(())
}

fn print(out: &mut impl Write, row: &Row, width: usize) -> io::Result<()> {
    let (name, best) = row.peers[0];
    write!(out, "{:width$}  {:8}  {:9.1}  {best:9.1}  ", row.what, row.placement.to_string(), row.ours)?;
    write!(out, "{:5.2}  {:5.2}  {name}", row.ratio, row.noise)?;
    for (name, time) in row.peers[1..].iter().chain(&row.steps) {
        write!(out, "; {name} {time:.1}")?;
    }
    if let Some(Fairness { ours, peers, noise }) = &row.fairness {
        write!(out, "; least to most served: ours {ours:.2}")?;
        for (name, fairness) in peers {
            write!(out, ", {name} {fairness:.2}")?;
        }
        write!(out, ", noise {noise:.2}")?;
    }
    match (row.must, row.met()) {
        (Some(must), Some(true)) => writeln!(out, "; must {must:.2}: met")?,
        (Some(must), _) => writeln!(out, "; must {must:.2}: NOT met")?,
        (None, _) => writeln!(out, "; no goal")?,
    }
    out.flush()
}

fn to_json(rows: &[Row]) -> Value {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            let named = |key: &str, pairs: &[(&str, f64)]| -> Vec<Value> {
                pairs.iter().map(|(name, value)| json!({ "name": name, key: value })).collect()
            };
            let fairness = row.fairness.as_ref().map(|Fairness { ours, peers, noise }| {
                json!({ "ours": ours, "peers": named("fairness", peers), "noise": noise })
            });
            json!({
                "what": row.what, "placement": row.placement.to_string(), "ours_ns": row.ours, "peers": named("ns", &row.peers), "steps": named("ns", &row.steps), "fairness": fairness,
                "ratio": row.ratio, "noise": row.noise, "must": row.must, "met": row.met(),
            })
        })
        .collect();
    json!({ "commit": commit(), "rows": rows })
}

/// The commit that was measured; with a plus if the tree has changes, other than what was just recorded.
fn commit() -> Option<String> {
    let git = |words: &[&str]| Command::new("git").args(words).output().ok().filter(|o| o.status.success());
    let id = String::from_utf8(git(&["rev-parse", "--short", "HEAD"])?.stdout).ok()?;
    let changed = git(&["status", "--porcelain", "--", ":/", ":(top,exclude,glob)crates/*/bench/results.*"])
        .is_some_and(|output| !output.stdout.is_empty());
    Some(format!("{}{}", id.trim(), if changed { "+" } else { "" }))
}
