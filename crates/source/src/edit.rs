//! Edits of a file: what a wrong answer, a mutation or a mended puzzle changes.
//!
//! In TOML an edit is a table with `find` and `replace`. A row with one edit has the two keys itself; a row with several
//! has a list `edits`.

use std::fmt;

use toml::{Table, Value};

/// Replaces one text by another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Stands in the source exactly once.
    pub find: String,
    /// What stands there afterwards.
    pub replace: String,
}

/// An edit that cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// The text that the edit looks for.
    pub find: String,
    /// How often it stands in the source: once if another edit overlaps it.
    pub count: usize,
}

impl fmt::Display for Misplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.find.lines().next().unwrap_or_default().trim();
        match self.count {
            1 => write!(f, "`{first}` overlaps another edit"),
            count => write!(f, "`{first}` stands there {count} times, not once"),
        }
    }
}

impl std::error::Error for Misplaced {}

/// The edits of a row.
///
/// # Errors
///
/// What is missing, in words.
pub fn of_row(row: &Table) -> Result<Vec<Edit>, String> {
    match row.get("edits") {
        None => Ok(vec![Edit::read(row)?]),
        Some(Value::Array(edits)) if !edits.is_empty() => {
            edits.iter().map(|edit| Edit::read(edit.as_table().ok_or("an edit is no table")?)).collect()
        }
        Some(_) => Err("`edits` is no list of edits".to_owned()),
    }
}

/// The source after all edits. Each edit looks for its text in the source as it is at first, so that their order does
/// not matter.
///
/// # Errors
///
/// The first edit whose text does not stand in the source exactly once, or that overlaps another one.
pub fn apply(source: &str, edits: &[Edit]) -> Result<String, Misplaced> {
    let mut places = Vec::new();
    for edit in edits {
        let count = source.matches(&edit.find).count();
        match source.find(&edit.find) {
            Some(at) if count == 1 => places.push((at, edit)),
            _ => return Err(Misplaced { find: edit.find.clone(), count }),
        }
    }
    places.sort_by_key(|(at, _)| *at);
    let mut text = String::with_capacity(source.len());
    let mut end = 0;
    for (at, edit) in places {
        let between = source.get(end..at).ok_or_else(|| Misplaced { find: edit.find.clone(), count: 1 })?;
        text.push_str(between);
        text.push_str(&edit.replace);
        end = at + edit.find.len();
    }
    text.push_str(&source[end..]);
    Ok(text)
}

impl Edit {
    fn read(table: &Table) -> Result<Edit, String> {
        let text = |key: &str| {
            let text = table.get(key).and_then(Value::as_str);
            text.map(str::to_owned).ok_or_else(|| format!("an edit needs `{key}`"))
        };
        let edit = Edit { find: text("find")?, replace: text("replace")? };
        if edit.find.is_empty() { Err("`find` is empty".to_owned()) } else { Ok(edit) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(find: &str, replace: &str) -> Edit {
        Edit { find: find.into(), replace: replace.into() }
    }

    #[test]
    fn edits_are_found_in_the_source_whatever_their_order() {
        let edits = [edit("c", "a"), edit("a", "c")];
        assert_eq!(apply("a b c", &edits).unwrap(), "c b a");
        assert_eq!(apply("a b c", &[]).unwrap(), "a b c");
    }

    #[test]
    fn a_text_that_is_missing_or_not_alone_is_named() {
        for (source, edits, line) in [
            ("a", vec![edit("b", "")], "`b` stands there 0 times, not once"),
            ("b b", vec![edit("b", "")], "`b` stands there 2 times, not once"),
            ("abc", vec![edit("ab", ""), edit("bc", "")], "`bc` overlaps another edit"),
        ] {
            assert_eq!(apply(source, &edits).unwrap_err().to_string(), line);
        }
    }

    #[test]
    fn a_row_has_one_edit_or_a_list() {
        let row = |text: &str| of_row(&text.parse().unwrap());
        assert_eq!(row("find = 'a'\nreplace = 'b'"), Ok(vec![edit("a", "b")]));
        let list = "edits = [{ find = 'a', replace = 'b' }, { find = 'c', replace = '' }]";
        assert_eq!(row(list), Ok(vec![edit("a", "b"), edit("c", "")]));
        for (text, why) in [
            ("find = 'a'", "an edit needs `replace`"),
            ("find = ''\nreplace = 'b'", "`find` is empty"),
            ("edits = []", "`edits` is no list of edits"),
        ] {
            assert_eq!(row(text), Err(why.to_owned()));
        }
    }
}
