//! The record that a test leaves for the runner.

use std::fmt::Write;

use crate::Class;

/// What one test has found, as one line of JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Chosen by the runner for this run: no other program can know it.
    pub nonce: String,
    /// The name of the test's function.
    pub test: String,
    /// How many tests the suite has.
    pub of: u64,
    /// What it has found.
    pub class: Class,
    /// In words: the message of a panic, what did not come in time.
    pub text: String,
    /// Where that was: `file.rs:12`, or nothing.
    pub place: String,
    /// The execution that shows it, or nothing.
    pub picture: String,
    /// What a test that passed has shown: "all executions (96)".
    pub proof: String,
    /// How long it took.
    pub milliseconds: u64,
}

impl Record {
    /// One line without its end. By hand: whatever crate stands here, every exercise is compiled with it, and its
    /// trait impls would show up in the learner's error messages.
    pub fn to_line(&self) -> String {
        let texts = [
            ("nonce", &*self.nonce),
            ("test", &self.test),
            ("class", self.class.name()),
            ("text", &self.text),
            ("place", &self.place),
            ("picture", &self.picture),
            ("proof", &self.proof),
        ];
        let mut line = String::from("{");
        for (key, value) in texts {
            // Writing into a String cannot fail.
            let _ = write!(line, "\"{key}\":\"{}\",", escaped(value));
        }
        let _ = write!(line, "\"of\":{},\"milliseconds\":{}}}", self.of, self.milliseconds);
        line
    }
}

/// The characters of a JSON string.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_json_does_not_allow_in_a_string_is_escaped() {
        assert_eq!(super::escaped("a \"b\" \\ \n\t│\u{7f}"), r#"a \"b\" \\ \n\u0009│\u007f"#);
    }
}
