//! Whether the part of a file that an include names is there, once, and not empty.

use source::anchor;

use crate::directive::Part;

/// The lines that an include takes, at least one of which is not blank.
///
/// # Errors
///
/// What is wrong with the part.
pub fn take<'text>(text: &'text str, part: &Part) -> Result<Vec<&'text str>, String> {
    let (lines, what) = match part {
        Part::Whole => (text.lines().collect(), "the file is empty".to_owned()),
        Part::Anchor(name) => {
            let anchor = anchor::find(text, name).map_err(|error| error.to_string())?;
            (anchor.lines, format!("anchor `{name}` is empty"))
        }
        Part::Lines(from, to) => (lines(text, *from, *to)?, "these lines are blank".to_owned()),
        Part::Bad(part) => {
            return Err(format!("`:{part}` is neither an anchor nor a line range; write :name or :2:10"));
        }
    };
    if lines.iter().all(|line: &&str| line.trim().is_empty()) {
        return Err(format!("{what}; include a part that has something to show"));
    }
    if lines.iter().any(|line| anchor::is_mark(line)) {
        return Err("the reader would see its ANCHOR lines; include an anchor".to_owned());
    }
    Ok(lines)
}

/// Lines counted from 1, both ends included, lie inside the file.
fn lines(text: &str, from: usize, to: Option<usize>) -> Result<Vec<&str>, String> {
    let all = text.lines().count();
    let to = to.unwrap_or(all);
    if from == 0 || to == 0 {
        return Err("lines are counted from 1".to_owned());
    }
    if from > all || to > all {
        return Err(format!(
            "lines {from} to {to}, but the file has {all} lines; an anchor would move with the text"
        ));
    }
    if from > to {
        return Err(format!("lines {from} to {to} are none; the first comes first"));
    }
    Ok(text.lines().skip(from - 1).take(to + 1 - from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Taking this part of this text fails and says these words.
    #[track_caller]
    fn wrong(text: &str, part: Part, words: &str) {
        let found = take(text, &part);
        assert!(found.as_ref().is_err_and(|message| message.contains(words)), "{found:?}");
    }

    fn named(name: &str) -> Part {
        Part::Anchor(name.to_owned())
    }

    #[test]
    fn an_anchor_is_there_and_not_empty() {
        assert_eq!(take("// ANCHOR: a\nx\n// ANCHOR_END: a\n", &named("a")), Ok(vec!["x"]));
        wrong("x\n", named("a"), "no `ANCHOR: a`");
        wrong("// ANCHOR: a\n\n// ANCHOR: b\n// ANCHOR_END: a\n", named("a"), "anchor `a` is empty");
    }

    #[test]
    fn lines_lie_inside_the_file() {
        assert_eq!(take("a\nb\nc\n", &Part::Lines(1, Some(2))), Ok(vec!["a", "b"]));
        assert_eq!(take("a\nb\n", &Part::Lines(2, None)), Ok(vec!["b"]));
        wrong("a\nb\n", Part::Lines(1, Some(3)), "has 2 lines");
        wrong("a\nb\n", Part::Lines(3, None), "has 2 lines");
        wrong("a\nb\n", Part::Lines(0, Some(1)), "from 1");
        wrong("a\nb\n", Part::Lines(2, Some(1)), "are none");
        wrong("a\n\n", Part::Lines(2, Some(2)), "blank");
        wrong("a\n", Part::Bad("2:b".to_owned()), "neither");
        wrong(" \n", Part::Whole, "empty");
        wrong("a\n// ANCHOR: a\n", Part::Whole, "ANCHOR lines");
    }
}
