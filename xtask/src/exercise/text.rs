//! The texts of an exercise: title, minutes, what comes before it, the task; and, from a file of their own, the hints.

use harness::Class;

#[derive(Debug, PartialEq, Eq)]
pub struct Text {
    pub title: String,
    pub minutes: u32,
    /// The exercises to solve before this one.
    pub after: Vec<String>,
    pub task: String,
    pub hints: Vec<Hint>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Hint {
    pub which: Which,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// `## Hint 1`: each says more than the one before.
    Step(usize),
    /// `## Hint: lost-wakeup`: for an answer that fails with this class.
    Class(Class),
}

impl Text {
    /// # Errors
    ///
    /// What is missing or makes no sense.
    pub fn parse(task: &str, hints: &str) -> Result<Text, String> {
        let mut lines = task.lines();
        let title =
            lines.next().and_then(|line| line.strip_prefix("# ")).ok_or("the first line is no title")?;
        let mut text = Text {
            title: title.trim().to_owned(),
            minutes: 0,
            after: Vec::new(),
            task: String::new(),
            hints: self::hints(hints)?,
        };
        let mut in_header = true;
        for line in lines {
            if in_header {
                match line.split_once(':') {
                    Some(("minutes", value)) => {
                        text.minutes = value.trim().parse().map_err(|_| "minutes is no whole number")?;
                        continue;
                    }
                    Some(("after", value)) => {
                        text.after.extend(value.split(',').map(|word| word.trim().to_owned()));
                        continue;
                    }
                    _ => in_header = line.trim().is_empty(),
                }
            }
            text.task.push_str(line);
            text.task.push('\n');
        }
        text.task = text.task.trim().to_owned();
        if text.minutes == 0 {
            return Err("there is no line `minutes: N`".into());
        }
        Ok(text)
    }

    /// The hint that `which` means.
    pub fn hint(&self, which: Which) -> Option<&str> {
        self.hints.iter().find(|hint| hint.which == which).map(|hint| hint.text.as_str())
    }

    /// How many hints with a number there are.
    pub fn steps(&self) -> usize {
        self.hints.iter().filter(|hint| matches!(hint.which, Which::Step(_))).count()
    }

    /// The classes that have a hint.
    pub fn classes(&self) -> impl Iterator<Item = Class> {
        self.hints.iter().filter_map(|hint| match hint.which {
            Which::Class(class) => Some(class),
            Which::Step(_) => None,
        })
    }
}

/// The hints, each below its heading `## Hint 1` or `## Hint: lost-wakeup`.
fn hints(source: &str) -> Result<Vec<Hint>, String> {
    let mut hints: Vec<Hint> = Vec::new();
    for line in source.lines() {
        match line.strip_prefix("## Hint") {
            Some(rest) => hints.push(Hint { which: which(rest)?, text: String::new() }),
            None => match hints.last_mut() {
                Some(hint) => {
                    hint.text.push_str(line);
                    hint.text.push('\n');
                }
                None if line.trim().is_empty() => {}
                None => return Err("the hints do not begin with `## Hint 1`".to_owned()),
            },
        }
    }
    for hint in &mut hints {
        hint.text = hint.text.trim().to_owned();
    }
    Ok(hints)
}

/// ` 1` or `: lost-wakeup`
fn which(rest: &str) -> Result<Which, String> {
    match rest.strip_prefix(':') {
        Some(class) => {
            class.trim().parse().map(Which::Class).map_err(|error: harness::NoSuchClass| error.to_string())
        }
        None => {
            rest.trim().parse().map(Which::Step).map_err(|_| format!("no hint number in `## Hint{rest}`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
# In order

minutes: 10
after: one, two

Do it: well.

minutes: are no header here
";

    const HINTS: &str = "\
## Hint 1

Think.

## Hint: lost-wakeup

Wake.
";

    #[test]
    fn all_parts_are_found() {
        let text = Text::parse(SOURCE, HINTS).unwrap();
        assert_eq!((text.title.as_str(), text.minutes, text.after.len()), ("In order", 10, 2));
        assert_eq!(text.task, "Do it: well.\n\nminutes: are no header here");
        assert_eq!(
            (text.hint(Which::Step(1)), text.hint(Which::Step(2)), text.steps()),
            (Some("Think."), None, 1)
        );
        assert_eq!(text.hint(Which::Class(Class::LostWakeup)), Some("Wake."));
    }

    #[test]
    fn what_is_missing_is_said() {
        for (task, hints, why) in [
            ("", "", "the first line is no title"),
            ("# T\n\ntask", "", "there is no line `minutes: N`"),
            ("# T\nminutes: soon", "", "minutes is no whole number"),
            ("# T\nminutes: 1", "Think.", "the hints do not begin with `## Hint 1`"),
            ("# T\nminutes: 1", "## Hint: hurry", "no verdict class 'hurry'"),
            ("# T\nminutes: 1", "## Hint x", "no hint number in `## Hint x`"),
        ] {
            assert_eq!(Text::parse(task, hints).unwrap_err(), why);
        }
    }
}
