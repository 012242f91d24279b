//! A failure as JSON, for tools.

use crate::failure::{Failure, Line, Step, Wait};

pub(crate) fn failure(failure: &Failure) -> String {
    object(&[
        ("kind", string(failure.kind.name())),
        ("message", string(&failure.message)),
        ("place", optional(failure.place.as_ref(), line)),
        ("bound", optional(failure.bound.as_ref(), usize::to_string)),
        ("seed", optional(failure.seed.as_ref(), u64::to_string)),
        ("execution", failure.execution.to_string()),
        ("threads", array(&failure.threads, |name| string(name))),
        ("steps", array(&failure.steps, step)),
        ("waits", array(&failure.waits, wait)),
        ("explanation", string(&failure.explanation)),
    ])
}

fn step(step: &Step) -> String {
    let text = |text: &Option<String>| optional(text.as_ref(), |text| string(text));
    object(&[
        ("thread", step.thread.to_string()),
        ("object", text(&step.object)),
        ("text", string(&step.text)),
        ("old", text(&step.old)),
        ("new", text(&step.new)),
        ("newest", text(&step.newest)),
        ("line", optional(step.line.as_ref(), line)),
        ("releases", step.releases.to_string()),
        ("fails", step.fails.to_string()),
    ])
}

fn wait(wait: &Wait) -> String {
    object(&[
        ("thread", wait.thread.to_string()),
        ("text", string(&wait.text)),
        ("object", optional(wait.object.as_ref(), |text| string(text))),
        ("line", line(&wait.line)),
        ("holder", optional(wait.held_by.as_ref(), |(thread, _)| thread.to_string())),
        ("holder_line", optional(wait.held_by.as_ref(), |(_, since)| line(since))),
        ("missed", optional(wait.missed.as_ref(), usize::to_string)),
    ])
}

fn line(line: &Line) -> String {
    object(&[
        ("file", string(&line.file)),
        ("number", line.number.to_string()),
        ("indent", line.indent.to_string()),
        ("text", string(&line.text)),
    ])
}

fn object(fields: &[(&str, String)]) -> String {
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", fields.join(","))
}

fn array<T>(items: &[T], json: impl Fn(&T) -> String) -> String {
    format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(","))
}

fn optional<T>(value: Option<&T>, json: impl Fn(&T) -> String) -> String {
    value.map_or_else(|| "null".into(), json)
}

fn string(text: &str) -> String {
    let mut json = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            c if c < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => json.push(c),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    #[test]
    fn strings_are_escaped() {
        assert_eq!(super::string("a\"b\\c\nd\te→"), "\"a\\\"b\\\\c\\nd\\u0009e→\"");
    }
}
