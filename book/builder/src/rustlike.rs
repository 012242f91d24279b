//! Is this text Rust?

use syn::parse::Parser;
use syn::{Block, Expr, Stmt};

/// Whether a text, or one of its paragraphs, is Rust code: items, or statements of which one is a `let`, an
/// item, a macro or a loop. A left-out part (`…` or `...`) does not hide the rest.
///
/// An expression alone is not taken for Rust: `print(x)`, `a = [1, 2]` and every single word are Rust
/// expressions too.
pub fn is_rust(text: &str) -> bool {
    let paragraphs = paragraphs(text);
    std::iter::once(text).chain(paragraphs.iter().map(String::as_str)).any(|text| {
        ["…", " ", "_"].iter().any(|filler| {
            let text = text.replace("...", "…").replace('…', filler);
            has_items(&text) || has_statements(&text)
        })
    })
}

fn paragraphs(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    lines.split(|line| line.trim().is_empty()).map(|paragraph| paragraph.join("\n")).collect()
}

fn has_items(text: &str) -> bool {
    syn::parse_file(text).is_ok_and(|file| !file.items.is_empty())
}

fn has_statements(text: &str) -> bool {
    Block::parse_within.parse_str(text).is_ok_and(|statements| statements.iter().any(is_telling))
}

fn is_telling(statement: &Stmt) -> bool {
    match statement {
        Stmt::Local(_) | Stmt::Item(_) | Stmt::Macro(_) => true,
        Stmt::Expr(expression, _) => matches!(
            expression,
            Expr::ForLoop(_)
                | Expr::If(_)
                | Expr::Loop(_)
                | Expr::Match(_)
                | Expr::Unsafe(_)
                | Expr::While(_)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_is_rust() {
        for text in [
            "fn main() {}",
            "use std::thread;\n\nlet worker = thread::spawn(|| 1);",
            "let lock = Lock::new(0);",
            "println!(\"{}\", 1);",
            "pub fn put(&self, item: T) -> Result<(), T>;",
            "fn main() {\n    …\n}",
            "struct Lock {\n    ...\n}",
            "while !done.load(Acquire) {}",
            "impl<T> Queue<T> {\n    pub fn new() -> Self { Self(...) }\n}",
            "The queue:\n\nstruct Queue<T> { items: Vec<T> }\n\nand its lock.",
        ] {
            assert!(is_rust(text), "{text}");
        }
    }

    #[test]
    fn other_text_is_not() {
        for text in [
            "",
            "text",
            "cargo xtask lesson 1",
            "$ cargo xtask lesson 1",
            "import math",
            "import threading\n\nlock = threading.Lock()\nwith lock:\n    print('x')",
            "x = [1, 2]; y = f(x)",
            "lock.acquire(); lock.release()",
            "def f(x: int) -> int:\n    return x",
            "for x in range(3):\n    print(x)",
            "while True: pass",
            "match x:\n    case 1: pass",
            ">>> import math\n>>> math.pi\n3.141592653589793",
            "[package]\nname = \"x\"\n\n[dependencies]\nloom = \"0.7\"",
            "T1  lock(a) ----> lock(b)\nT2  lock(b) ----> lock(a)",
            "main ──▶ worker ──▶ join",
            "and so on...",
            "...",
            "# a comment",
        ] {
            assert!(!is_rust(text), "{text}");
        }
    }
}
