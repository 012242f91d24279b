//! `grading/eN_name/wrong.toml`: answers that are wrong, as edits of the solution.
//!
//! A row with a name is an answer that is judged whole: it has a class and says why it is wrong, and it may name tests of
//! the suite that must notice it. A row without a name is a small slip: it names such tests, or says why none can notice it.

use harness::Class;
use source::{doc, edit};
use toml::{Table, Value};

use super::Exercise;
use crate::failure::{Context, Result};
use crate::lessons::read_toml;

/// A row of `wrong.toml`.
pub struct Wrong {
    pub kind: Kind,
    /// The tests of the suite that must fail.
    pub kills: Vec<String>,
    /// The whole answer.
    pub source: String,
}

pub enum Kind {
    Named {
        name: String,
        class: Class,
        why: String,
        /// Ten thousand runs on real threads do not find it.
        survives_real_threads: bool,
    },
    Slip {
        /// Why no test can fail.
        survives: Option<String>,
    },
}

/// All rows of an exercise.
pub fn all(exercise: &Exercise) -> Result<Vec<Wrong>> {
    let path = exercise.grading().join("wrong.toml");
    let table = read_toml(&exercise.root.join(&path))?;
    let solution = exercise.read(&exercise.solution())?;
    // The explanation is the solution's.
    let (_, solution) = doc::split(&solution);
    let rows = table.get("wrong").and_then(Value::as_array).into_iter().flatten();
    let row = |(index, row): (usize, &Value)| {
        let wrong = row.as_table().ok_or("it is no table".to_owned()).and_then(|row| {
            let source = source(exercise, solution, row)?;
            Ok(Wrong { kind: Kind::read(row)?, kills: kills(row), source })
        });
        wrong.context(|| format!("{}: row {}", path.display(), index + 1))
    };
    rows.enumerate().map(row).collect()
}

/// A file of its own, or the edited solution.
fn source(exercise: &Exercise, solution: &str, row: &Table) -> std::result::Result<String, String> {
    match row.get("file").and_then(Value::as_str) {
        Some(file) => {
            let path = exercise.grading().join("wrong").join(file);
            exercise.read(&path).map_err(|failure| failure.to_string())
        }
        None => edit::apply(solution, &edit::of_row(row)?).map_err(|misplaced| misplaced.to_string()),
    }
}

fn kills(row: &Table) -> Vec<String> {
    let kills = row.get("kills").and_then(Value::as_array).into_iter().flatten();
    kills.filter_map(Value::as_str).map(str::to_owned).collect()
}

impl Kind {
    fn read(row: &Table) -> std::result::Result<Kind, String> {
        let text = |key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
        if let Some(name) = text("name") {
            let class = text("class").ok_or("a row with a name needs a class")?;
            return Ok(Kind::Named {
                name,
                class: class.parse().map_err(|error: harness::NoSuchClass| error.to_string())?,
                why: text("why").ok_or("a row with a name says why it is wrong")?,
                survives_real_threads: row.get("survives_real_threads") == Some(&Value::Boolean(true)),
            });
        }
        let survives = text("survives");
        if kills(row).is_empty() == survives.is_none() {
            return Err("a row without a name must either kill or survive".to_owned());
        }
        Ok(Kind::Slip { survives })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> std::result::Result<Kind, String> {
        Kind::read(&text.parse().unwrap())
    }

    #[test]
    fn a_row_is_a_named_answer_or_a_slip() {
        let named = read("name = 'x'\nclass = 'lost-wakeup'\nwhy = 'late'\nsurvives_real_threads = true");
        assert!(matches!(
            named,
            Ok(Kind::Named { class: Class::LostWakeup, survives_real_threads: true, .. })
        ));
        assert!(matches!(read("kills = ['a']"), Ok(Kind::Slip { survives: None })));
        assert!(matches!(read("survives = 'the same'"), Ok(Kind::Slip { survives: Some(_) })));
        for (text, why) in [
            ("name = 'x'\nwhy = 'late'", "a row with a name needs a class"),
            ("name = 'x'\nclass = 'slow'\nwhy = 'late'", "no verdict class 'slow'"),
            ("name = 'x'\nclass = 'hang'", "a row with a name says why it is wrong"),
            ("", "a row without a name must either kill or survive"),
            ("kills = ['a']\nsurvives = 'b'", "a row without a name must either kill or survive"),
        ] {
            assert_eq!(read(text).err().as_deref(), Some(why));
        }
    }
}
