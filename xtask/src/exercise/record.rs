//! Reads what a test has left.

use harness::Record;
use serde_json::Value;

/// `None` if it is not a whole record.
pub fn parse(line: &str) -> Option<Record> {
    let value: Value = serde_json::from_str(line).ok()?;
    let text = |key: &str| value.get(key)?.as_str().map(str::to_owned);
    let number = |key: &str| value.get(key)?.as_u64();
    Some(Record {
        nonce: text("nonce")?,
        test: text("test")?,
        of: number("of")?,
        class: text("class")?.parse().ok()?,
        text: text("text")?,
        place: text("place")?,
        picture: text("picture")?,
        proof: text("proof")?,
        milliseconds: number("milliseconds")?,
    })
}

#[cfg(test)]
mod tests {
    use harness::Class;

    use super::*;

    #[test]
    fn a_record_is_one_line_and_comes_back_whole() {
        let record = Record {
            nonce: "n".into(),
            test: "a_test".into(),
            of: 3,
            class: Class::LostWakeup,
            text: "two\nlines \"quoted\" \\ \u{1b}[1m \u{1F600}".into(),
            place: "answer.rs:3".into(),
            picture: "a │ b\n".into(),
            proof: String::new(),
            milliseconds: 12,
        };
        let line = record.to_line();
        assert!(!line.contains('\n'));
        assert_eq!(parse(&line), Some(record));
        for broken in ["", "{}", &line[..line.len() - 1], &line.replace("lost-wakeup", "fine")] {
            assert_eq!(parse(broken), None, "{broken}");
        }
    }
}
