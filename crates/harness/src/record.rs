//! The record that a test leaves for the runner: written and read here.

use std::fmt;

use crate::Class;

/// What one test has found, and which run of which test that was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Chosen by the runner for this run: no other program can know it.
    pub nonce: String,
    /// The name of the test's function.
    pub test: String,
    /// How many tests the suite has.
    pub of: u64,
    /// What the test has found.
    pub finding: Finding,
    /// How long it took.
    pub milliseconds: u64,
}

/// The verdict of one test, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The verdict.
    pub class: Class,
    /// In words: the message of a panic, what did not come in time.
    pub text: String,
    /// Where that was: `file.rs:12`, or empty.
    pub place: String,
    /// The execution that shows the mistake, or empty.
    pub picture: String,
    /// What the model checker has covered, a search each.
    pub explored: Vec<Explored>,
}

/// What a search of the model checker has covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explored {
    /// The number of executions.
    pub executions: u64,
    /// Which executions these are.
    pub coverage: Coverage,
}

/// Which executions a search has covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Every execution: only this is a proof.
    All,
    /// Every execution with at most this number of preemptions.
    AtMost(u64),
    /// Those that there was time for.
    Stopped,
}

impl fmt::Display for Explored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.executions;
        match self.coverage {
            Coverage::All => write!(f, "all executions ({n})"),
            Coverage::AtMost(1) => write!(f, "all executions with at most 1 preemption ({n})"),
            Coverage::AtMost(k) => write!(f, "all executions with at most {k} preemptions ({n})"),
            Coverage::Stopped => write!(f, "stopped after {n}"),
        }
    }
}

impl Finding {
    /// A finding that is said in words only.
    pub fn new(class: Class, text: impl Into<String>) -> Finding {
        let (text, place, picture) = (text.into(), String::new(), String::new());
        Finding { class, text, place, picture, explored: Vec::new() }
    }
}

impl Record {
    /// A line a field, with its length in bytes before it: a text may have lines itself. JSON would need a crate, which
    /// every exercise would be compiled with, and whose trait impls would show up in the learner's error messages.
    pub fn to_text(&self) -> String {
        let Finding { class, text, place, picture, explored } = &self.finding;
        let [of, milliseconds] = [self.of, self.milliseconds].map(|number| number.to_string());
        let explored: Vec<String> = explored.iter().map(|explored| explored.to_word()).collect();
        let explored = explored.join(" ");
        let fields =
            [&self.nonce, &self.test, &of, class.name(), text, place, picture, &explored, &milliseconds];
        fields.iter().map(|field| format!("{} {field}\n", field.len())).collect()
    }

    /// `None` if it is not a whole record.
    pub fn from_text(text: &str) -> Option<Record> {
        let mut rest = text;
        let mut field = || {
            let (length, after) = rest.split_once(' ')?;
            let (field, after) = after.split_at_checked(length.parse().ok()?)?;
            rest = after.strip_prefix('\n')?;
            Some(field)
        };
        let (nonce, test, of) = (field()?.to_owned(), field()?.to_owned(), field()?.parse().ok()?);
        let finding = Finding {
            class: field()?.parse().ok()?,
            text: field()?.to_owned(),
            place: field()?.to_owned(),
            picture: field()?.to_owned(),
            explored: field()?.split_whitespace().map(Explored::from_word).collect::<Option<_>>()?,
        };
        let milliseconds = field()?.parse().ok()?;
        rest.is_empty().then_some(Record { nonce, test, of, finding, milliseconds })
    }
}

impl Explored {
    /// `96:all`, `96:2` with at most two preemptions, `96:stopped`.
    fn to_word(self) -> String {
        match self.coverage {
            Coverage::All => format!("{}:all", self.executions),
            Coverage::AtMost(k) => format!("{}:{k}", self.executions),
            Coverage::Stopped => format!("{}:stopped", self.executions),
        }
    }

    fn from_word(word: &str) -> Option<Explored> {
        let (executions, coverage) = word.split_once(':')?;
        let coverage = match coverage {
            "all" => Coverage::All,
            "stopped" => Coverage::Stopped,
            k => Coverage::AtMost(k.parse().ok()?),
        };
        Some(Explored { executions: executions.parse().ok()?, coverage })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_whole_or_not_at_all() {
        let explored = [Coverage::All, Coverage::AtMost(2), Coverage::Stopped]
            .map(|coverage| Explored { executions: 96, coverage });
        let finding = Finding {
            place: "answer.rs:3".into(),
            picture: "a │ b\n".into(),
            explored: explored.into(),
            ..Finding::new(Class::LostWakeup, "two\nlines \"quoted\" \\ 3 \u{1b}[1m \u{1F600}\0")
        };
        let record = Record { nonce: "n".into(), test: "a_test".into(), of: 3, finding, milliseconds: 12 };
        let text = record.to_text();
        assert_eq!(Record::from_text(&text), Some(record));
        for length in (0..text.len()).filter(|&length| text.is_char_boundary(length)) {
            assert_eq!(Record::from_text(&text[..length]), None, "the first {length} bytes");
        }
        for (good, bad) in
            [("lost-wakeup", "lost-wakeap"), ("96:2", "96:x"), ("96:2", "x6:2"), ("2 12\n", "2 12\n\n")]
        {
            assert_ne!(text.replace(good, bad), text, "{good}");
            assert_eq!(Record::from_text(&text.replace(good, bad)), None, "{bad}");
        }
    }
}
