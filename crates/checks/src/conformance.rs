//! `tests/conformance.toml` of a package: every ported behaviour is a test of that name which a mutation
//! kills, or says why it has no meaning here.

use std::collections::{BTreeMap, BTreeSet};

use crate::all_or;
use crate::mutations::{self, Package, packages_with};
use xtask::cargo;
use xtask::exercise::suite;
use xtask::failure::{Context, Result};
use xtask::lessons::{Course, read_toml};

pub fn check(course: &Course) -> Result<()> {
    let mut failures = Vec::new();
    for package in packages_with(course, TABLE)? {
        let path = course.root.join(&package.dir).join(TABLE);
        let table = read_toml(&path)?;
        let rows = table
            .get("row")
            .and_then(|rows| rows.as_array())
            .context(|| format!("{}: no [[row]]", path.display()))?;
        let rows: Vec<Row> = rows.iter().map(Row::read).collect();
        let tests = tests_of(course, &package)?;
        let killed =
            mutations::read(course, &package.dir)?.into_iter().flat_map(|mutation| mutation.kills).collect();
        let findings = findings(&rows, &tests, &killed);
        let shown = path.strip_prefix(&course.root).unwrap_or(&path).display();
        failures.extend(findings.iter().map(|finding| format!("{shown}: {finding}")));
    }
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        if !course.root.join(lesson.dir()).join(TABLE).exists() {
            failures.push(format!("{}: there is no {TABLE}", lesson.dir().display()));
        }
    }
    all_or(&failures, "findings")
}

/// Where a package's table is, from its folder.
const TABLE: &str = "tests/conformance.toml";

struct Row {
    /// `ThreadTests.test_name`
    python: String,
    /// `thread::name`: the file in tests/ and the function in it.
    test: String,
    /// Why there is no such test.
    na: String,
}

impl Row {
    fn read(value: &toml::Value) -> Row {
        let text = |key| value.get(key).and_then(|v: &toml::Value| v.as_str()).unwrap_or_default().to_owned();
        Row { python: text("python"), test: text("test"), na: text("na") }
    }
}

fn findings(rows: &[Row], tests: &BTreeSet<String>, killed: &BTreeSet<String>) -> Vec<String> {
    let mut findings = Vec::new();
    let mut seen = BTreeMap::new();
    for row in rows {
        let Row { python, test, na } = row;
        if seen.insert(python, ()).is_some() {
            findings.push(format!("{python} stands here twice"));
        }
        match (test.as_str(), na.as_str()) {
            ("", "") => findings.push(format!("{python} has neither a test nor a reason (na)")),
            ("", _) => {}
            (_, "") if !tests.contains(test) => findings.push(format!("{python}: there is no test {test}")),
            (_, "") if !killed.contains(test) => {
                findings.push(format!("{python}: no row of mutations.toml kills {test}"));
            }
            (_, "") => {}
            _ => findings.push(format!("{python} has a test and a reason why it has none")),
        }
    }
    findings
}

/// All tests of the package's files in tests/.
fn tests_of(course: &Course, package: &Package) -> Result<BTreeSet<String>> {
    let built = cargo::build(&course.root, &["test", "--no-run", "--tests", "-p", &package.name])?;
    let mut tests = BTreeSet::new();
    for (target, binary) in built.binaries {
        let names = suite::list(&binary)?;
        tests.extend(names.iter().map(|name| format!("{target}::{name}")));
    }
    Ok(tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(python: &str, test: &str, na: &str) -> Row {
        Row { python: python.into(), test: test.into(), na: na.into() }
    }

    #[test]
    fn each_kind_of_finding() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let rows = [
            row("A.fine", "t::fine", ""),
            row("A.na", "", "Python only"),
            row("A.na", "", "again"),
            row("A.nothing", "", ""),
            row("A.both", "t::fine", "why"),
            row("A.missing", "t::missing", ""),
            row("A.survives", "t::survives", ""),
        ];
        let found = findings(&rows, &set(&["t::fine", "t::survives"]), &set(&["t::fine"]));
        assert_eq!(
            found,
            [
                "A.na stands here twice",
                "A.nothing has neither a test nor a reason (na)",
                "A.both has a test and a reason why it has none",
                "A.missing: there is no test t::missing",
                "A.survives: no row of mutations.toml kills t::survives",
            ]
        );
    }
}
