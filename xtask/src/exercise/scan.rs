//! Finds names of std that the model checker does not see. In an exercise with models, an answer that uses them is refused
//! before anything runs. The scan is over tokens: comments and strings do not count.

use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};

/// In `std::sync`, what only holds or names something.
const HARMLESS: [&str; 6] = ["Arc", "Weak", "PoisonError", "LockResult", "TryLockError", "TryLockResult"];

/// A token that matters, with its line.
struct Token<'a> {
    text: &'a str,
    line: usize,
}

/// A path, in a `use` or in an expression: `std::sync::Mutex`, with its line.
#[derive(Debug, PartialEq, Eq)]
struct Path<'a> {
    segments: Vec<&'a str>,
    line: usize,
}

/// Whether `name` stands in the code.
pub fn mentions(source: &str, name: &str) -> bool {
    tokens(source).iter().any(|token| token.text == name)
}

/// What is to be said about an answer, a line each.
pub fn findings(answer: &str) -> Vec<String> {
    let tokens = tokens(answer);
    let paths = paths(&tokens);
    let mut found: Vec<(usize, String)> =
        paths.iter().filter_map(|path| Some((path.line, advice(path)?))).collect();
    let imported = paths.iter().any(|path| {
        path.segments.first() == Some(&"interleave") && path.segments.last() == Some(&"thread_local")
    });
    for (index, pair) in tokens.windows(2).enumerate() {
        let [name, bang] = pair else { continue };
        let alone = index
            .checked_sub(1)
            .and_then(|before| tokens.get(before))
            .is_none_or(|before| before.text != "::");
        if name.text == "thread_local" && bang.text == "!" && alone && !imported {
            found.push((name.line, "use interleave::thread_local!, not std's".into()));
        }
    }
    for three in tokens.windows(3) {
        if let [_, name, as_word] = three
            && matches!(name.text, "std" | "core")
            && as_word.text == "as"
        {
            found.push((name.line, as_a_whole(name.text)));
        }
    }
    found.sort();
    found.dedup();
    found.into_iter().map(|(line, text)| format!("line {line}: {text}")).collect()
}

/// What to use instead of `path`, if it must not be used.
fn advice(path: &Path) -> Option<String> {
    let ("std" | "core" | "alloc", rest) = path.segments.split_first().map(|(first, rest)| (*first, rest))?
    else {
        return None;
    };
    let written = path.segments.join("::");
    match rest {
        ["*"] | ["self"] => Some(as_a_whole(&written)),
        ["sync", name, ..] if HARMLESS.contains(name) => None,
        ["sync", "atomic", "Ordering", ..] | ["thread", "Result", ..] => None,
        ["sync", ..] | ["thread", ..] | ["thread_local", ..] => {
            let instead = rest.strip_suffix(&["self"]).unwrap_or(rest).join("::");
            Some(format!("use interleave::{instead}, not {written}"))
        }
        _ => None,
    }
}

fn as_a_whole(written: &str) -> String {
    format!("{written} as a whole hides which types you use; name them one by one")
}

/// All paths that begin with a name of their own, `use` trees taken apart.
fn paths<'a>(tokens: &[Token<'a>]) -> Vec<Path<'a>> {
    let mut paths = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let inner = at >= 2
            && tokens.get(at - 1).is_some_and(|before| before.text == "::")
            && tokens.get(at - 2).is_some_and(|before| is_name(before.text));
        if is_name(token.text) && !inner {
            at = tree(tokens, at, &[], &mut paths);
        } else {
            at += 1;
        }
    }
    paths
}

/// Reads the path or tree that begins at `at`; gives the index behind it.
fn tree<'a>(tokens: &[Token<'a>], mut at: usize, prefix: &[&'a str], paths: &mut Vec<Path<'a>>) -> usize {
    let mut segments = prefix.to_vec();
    let line = tokens.get(at).map_or(0, |token| token.line);
    while let Some(token) = tokens.get(at) {
        if token.text == "{" && !segments.is_empty() {
            at += 1;
            while let Some(token) = tokens.get(at) {
                match token.text {
                    "}" => return at + 1,
                    // Not in a `use` tree: this is a block, and its tokens are read one by one.
                    ";" | "=" | "(" => return at,
                    text if is_name(text) || text == "{" || text == "*" => {
                        at = tree(tokens, at, &segments, paths)
                    }
                    _ => at += 1,
                }
            }
            return at;
        }
        if !is_name(token.text) && token.text != "*" {
            break;
        }
        segments.push(token.text);
        at += 1;
        if tokens.get(at).is_none_or(|token| token.text != "::") {
            break;
        }
        at += 1;
    }
    paths.push(Path { segments, line });
    // `as name` is no path of its own.
    if tokens.get(at).is_some_and(|token| token.text == "as") { at + 2 } else { at }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_') && text != "as"
}

/// Names, `::` as one token, and every other mark.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let (mut at, mut line, mut colon_at) = (0, 1, None);
    for token in tokenize(source, FrontmatterAllowed::No) {
        let end = at + token.len as usize;
        let Some(text) = source.get(at..end) else { break };
        let skipped = matches!(
            token.kind,
            TokenKind::Whitespace
                | TokenKind::LineComment { .. }
                | TokenKind::BlockComment { .. }
                | TokenKind::Literal { .. }
                | TokenKind::Lifetime { .. }
        );
        if token.kind == TokenKind::Colon && colon_at == Some(at) {
            if let Some(last) = tokens.last_mut() {
                last.text = "::";
            }
            colon_at = None;
        } else if !skipped {
            tokens.push(Token { text: text.trim_start_matches("r#"), line });
            colon_at = (token.kind == TokenKind::Colon).then_some(end);
        }
        line += text.matches('\n').count();
        at = end;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_from_the_checker_is_found_with_its_line_and_what_to_use() {
        for (answer, expected) in [
            ("use std::sync::Mutex;", "line 1: use interleave::sync::Mutex, not std::sync::Mutex"),
            (
                "use std::{\n  collections::HashMap,\n  sync::{Arc, atomic::{AtomicBool, Ordering}},\n};",
                "line 3: use interleave::sync::atomic::AtomicBool, not std::sync::atomic::AtomicBool",
            ),
            (
                "use std::thread::{self, JoinHandle};",
                "line 1: use interleave::thread::JoinHandle, not std::thread::JoinHandle",
            ),
            ("use std::thread::{self};", "line 1: use interleave::thread, not std::thread::self"),
            (
                "fn f() {\n  ::std::thread::spawn(|| ());\n}",
                "line 2: use interleave::thread::spawn, not std::thread::spawn",
            ),
            ("use std::sync;", "line 1: use interleave::sync, not std::sync"),
            ("use core::sync::atomic as a;", "line 1: use interleave::sync::atomic, not core::sync::atomic"),
            (
                "use std::{self as s};",
                "line 1: std::self as a whole hides which types you use; name them one by one",
            ),
            ("use std as s;", "line 1: std as a whole hides which types you use; name them one by one"),
            (
                "use r#std :: /* x */ sync::Condvar as C;",
                "line 1: use interleave::sync::Condvar, not std::sync::Condvar",
            ),
            (
                "static A: Vec<std::sync::Mutex<u8>> = x;",
                "line 1: use interleave::sync::Mutex, not std::sync::Mutex",
            ),
            ("thread_local! { static A: u8 = 1; }", "line 1: use interleave::thread_local!, not std's"),
            (
                "std::thread_local! { static A: u8 = 1; }",
                "line 1: use interleave::thread_local, not std::thread_local",
            ),
            (
                "match x { std::sync::mpsc::RecvError => {} }",
                "line 1: use interleave::sync::mpsc::RecvError, not std::sync::mpsc::RecvError",
            ),
            (
                "fn f() { if x { std::thread::park() } }",
                "line 1: use interleave::thread::park, not std::thread::park",
            ),
        ] {
            assert!(
                findings(answer).iter().any(|found| found == expected),
                "{answer}: {:?}",
                findings(answer)
            );
        }
    }

    #[test]
    fn what_is_allowed_stays_unmentioned() {
        for answer in [
            "use std::sync::Arc; use std::sync::{Weak, PoisonError}; use std::sync::atomic::Ordering;",
            "// std::sync::Mutex\n/* std::thread */ /// std::thread\nfn f() {}",
            "const A: &str = \"std::sync::Mutex\"; const B: &str = r#\"std::thread\"#;",
            "use interleave::{sync::Mutex, thread}; fn f() { thread::spawn(|| ()); }",
            "use interleave::thread_local; thread_local! { static A: u8 = 1; }",
            "interleave::thread_local! { static A: u8 = 1; }",
            "mod mine { pub mod std { pub mod sync {} } } use mine::std::sync;",
            "fn f(h: Vec<std::thread::Result<u8>>) -> std::time::Duration { std::mem::take(x) }",
            "broken \" string",
            "",
        ] {
            assert_eq!(findings(answer), [""; 0], "{answer}");
        }
    }

    #[test]
    fn a_comment_mentions_nothing() {
        assert!(mentions("use interleave::thread;", "interleave"));
        assert!(!mentions("// interleave\nuse std::thread;", "interleave"));
    }
}
