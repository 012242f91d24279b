//! The checked code's text: the line of a step, and what the code calls an object.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::failure::Line;
use crate::record::{Object, Place};

/// How many lines above an object's constructor its name may stand.
const LINES_ABOVE: usize = 12;

/// The files that have been read.
#[derive(Default)]
pub(crate) struct Sources(HashMap<&'static str, Vec<String>>);

impl Sources {
    fn lines(&mut self, file: &'static str) -> &[String] {
        self.0.entry(file).or_insert_with(|| read(file).unwrap_or_default())
    }

    /// The line at `place`.
    pub(crate) fn line(&mut self, place: Place) -> Line {
        let text = self.lines(place.file).get(place.line as usize - 1);
        let text = text.map(String::as_str).unwrap_or_default();
        let indent = text.len() - text.trim_start().len();
        Line { file: place.file.into(), number: place.line, indent, text: text.trim().into() }
    }

    /// The text at `place`, to the end of the line.
    pub(crate) fn at(&mut self, place: Place) -> String {
        let line = self.lines(place.file).get(place.line as usize - 1);
        line.map(|line| line.chars().skip(place.column as usize - 1).collect()).unwrap_or_default()
    }

    /// What the code calls each object. Several of one name are numbered, in the order in which they were
    /// made.
    pub(crate) fn names(&mut self, objects: &[Object]) -> Vec<String> {
        let found: Vec<Option<Name>> = objects.iter().map(|object| self.name(object.place)).collect();
        let texts: Vec<String> = found
            .iter()
            .zip(objects)
            .map(|(name, object)| match name {
                Some(name) => name.text.clone(),
                None => format!("{}@{}", object.type_name, object.place.line),
            })
            .collect();
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let several = |text: &str| texts.iter().filter(|other| *other == text).count() > 1;
        texts
            .iter()
            .zip(&found)
            .map(|(text, name)| {
                if !several(text) {
                    return text.clone();
                }
                let number = numbers.entry(text).or_insert(0);
                *number += 1;
                match name {
                    Some(Name { repeated: true, .. }) => format!("{text}[{}]", *number - 1),
                    _ => format!("{text}#{number}"),
                }
            })
            .collect()
    }

    fn name(&mut self, place: Place) -> Option<Name> {
        let lines = self.lines(place.file);
        let last = place.line as usize - 1;
        let mut before = lines.get(last.saturating_sub(LINES_ABOVE)..last)?.join("\n");
        before.push('\n');
        before.extend(lines.get(last)?.chars().take(place.column as usize - 1));
        name(&before)
    }
}

/// The file, looked for where cargo runs tests and above: the compiler names it relative to the workspace.
fn read(file: &str) -> Option<Vec<String>> {
    let start = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let start = start.or_else(|| std::env::current_dir().ok())?;
    let text = start.ancestors().find_map(|folder| std::fs::read_to_string(folder.join(file)).ok())?;
    Some(text.lines().map(str::to_owned).collect())
}

#[derive(Debug, PartialEq, Eq)]
struct Name {
    text: String,
    /// Made by an expression that runs several times: one of many.
    repeated: bool,
}

/// The name in the code that ends where a constructor's call begins: a field's, a variable's, a static's.
///
/// The search goes backwards, out of the wrappers of the call (`Arc::new(`, tuples, arrays, closures), until it
/// finds a name.
fn name(code: &str) -> Option<Name> {
    let mut code = code.trim_end();
    let mut repeated = false;
    // The index of the call in each tuple and array around it, the innermost last.
    let mut path: Vec<(char, usize)> = Vec::new();
    for _ in 0..24 {
        code = code.trim_end();
        if let Some(left) = code.strip_suffix('=') {
            return variable(left, path).map(|text| Name { text, repeated });
        }
        if code.ends_with(':') && !code.ends_with("::") {
            let field = last_word(&code[..code.len() - 1]);
            return (!field.is_empty()).then(|| Name { text: index(field.into(), &path, 0), repeated });
        }
        match code.chars().last()? {
            '(' | '[' | '{' | ',' => {
                let (opener, at, commas) = opener(code)?;
                let before = code[..at].trim_end();
                code = match opener {
                    '(' if called(before).len() < before.len() => {
                        if commas > 0 {
                            path.push(('.', commas));
                        }
                        called(before)
                    }
                    '(' => {
                        path.push(('(', commas));
                        before
                    }
                    '[' => {
                        path.push(('[', commas));
                        before.strip_suffix('!').map_or(before, called)
                    }
                    // The block is the body of a closure, or has no name.
                    _ => before.ends_with('|').then_some(before)?,
                };
            }
            '|' => {
                repeated = true;
                let head = &code[..code.len() - 1];
                code = head[..head.rfind('|')?].trim_end();
                code = code.strip_suffix("move").unwrap_or(code);
            }
            ')' => code = called(matching(code)?),
            _ => {
                let shorter = called(code);
                if shorter.len() == code.len() {
                    return None;
                }
                code = shorter;
            }
        }
    }
    None
}

/// The variable to the left of a `=`.
fn variable(left: &str, path: Vec<(char, usize)>) -> Option<String> {
    if left.ends_with(['=', '!', '<', '>', '+', '-', '*', '/']) {
        return None;
    }
    let statement = left.rsplit([';', '{', '}']).next()?.trim();
    let words = ["pub", "let", "static", "const", "mut"];
    let mut pattern = statement;
    while let Some((word, rest)) = pattern.split_once(char::is_whitespace)
        && words.contains(&word)
    {
        pattern = rest.trim_start();
    }
    if let Some(tuple) = pattern.strip_prefix('(') {
        let (&(_, at), path) = path.split_last()?;
        let names = tuple.split(')').next()?;
        let name = names.split(',').nth(at)?.trim().trim_start_matches("mut ");
        return Some(index(name.into(), path, 0));
    }
    let pattern = pattern.split(':').next()?.trim();
    let name = last_word(pattern);
    (!name.is_empty()).then(|| index(name.into(), &path, 0))
}

/// `name` with the places in arrays and tuples behind it, the outermost first.
fn index(mut name: String, path: &[(char, usize)], from: usize) -> String {
    for (kind, at) in path.iter().skip(from).rev() {
        name.push_str(&match kind {
            '[' => format!("[{at}]"),
            _ => format!(".{at}"),
        });
    }
    name
}

/// The bracket that is open at the end of `code`, where it is, and how many commas come after it.
fn opener(code: &str) -> Option<(char, usize, usize)> {
    let (mut depth, mut commas) = (0, 0);
    for (at, c) in code.char_indices().rev() {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' | '[' | '{' if depth == 0 => return Some((c, at, commas)),
            '(' | '[' | '{' => depth -= 1,
            ',' if depth == 0 => commas += 1,
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// `code`, which ends with a closing bracket, up to the bracket that it closes.
fn matching(code: &str) -> Option<&str> {
    opener(&code[..code.len() - 1]).map(|(_, at, _)| &code[..at])
}

/// `code` without the path or method at its end: what is called.
fn called(code: &str) -> &str {
    code.trim_end_matches(|c: char| {
        c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '<' | '>' | '&' | '!')
    })
}

fn last_word(code: &str) -> &str {
    let start = code.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
    // The character before the word may be wide.
    code.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::name;

    fn text(code: &str) -> Option<String> {
        name(code).map(|name| name.text)
    }

    #[test]
    fn objects_are_called_as_in_the_code() {
        let cases = [
            ("let a = ", Some("a")),
            ("let mut a: Arc<Mutex<u8>> = Arc::new(", Some("a")),
            ("    let queue =\n        Arc::new(", Some("queue")),
            ("RawLock { held: ", Some("held")),
            ("RawLock {\n  held: Arc::new(", Some("held")),
            ("Pair { first: Mutex::new(0), second: ", Some("second")),
            ("static STATE: Mutex<u8> = ", Some("STATE")),
            ("let (a, b) = (Arc::new(", Some("a")),
            ("let (a, mut b) = (Arc::new(Mutex::new(0)), Arc::new(", Some("b")),
            ("let locks = [", Some("locks[0]")),
            ("let locks = [Mutex::new(0), ", Some("locks[1]")),
            ("let all = Arc::new([Mutex::new(0), ", Some("all[1]")),
            ("let n = Arc::new(Counter(", Some("n")),
            ("let n = Arc::new(Pair(Mutex::new(1), ", Some("n.1")),
            ("let forks: Vec<_> = (0..3).map(|_| Arc::new(", Some("forks")),
            ("self.slot = ", Some("slot")),
            ("fn new() -> Self {\n    Lock(", None),
            ("f(x);\n    ", None),
            ("if a == ", None),
        ];
        for (code, expected) in cases {
            assert_eq!(text(code).as_deref(), expected, "{code}");
        }
        assert!(name("let forks: Vec<_> = (0..3).map(|_| ").unwrap().repeated);
    }
}
