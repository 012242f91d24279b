//! Names: `Thread-N`, `Thread-N (target)`, and what the operating system gets to see of them.

use crate::sync::{AtomicU64, Ordering};

/// `Thread-N` or `Thread-N (target)`. N counts the threads of this process that were given no name, from 1.
pub(crate) fn default(target: Option<&str>) -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(1);
    // Relaxed: each gets another number, that is all.
    let n = COUNTER.fetch_add(1, Ordering::Relaxed);
    match target {
        Some(target) => format!("Thread-{n} ({target})"),
        None => format!("Thread-{n}"),
    }
}

/// What Python's `target.__name__` would say: `countdown` for the function `my_crate::countdown`, and for a closure the
/// function that it is written in: `main::{closure}`.
pub(crate) fn of_type(type_name: &str) -> String {
    let path = without_generics(type_name);
    let parent = path.trim_end_matches("::{{closure}}");
    let closure = if parent.len() < path.len() { "::{closure}" } else { "" };
    format!("{}{closure}", last_segment(parent))
}

/// The path without what stands in angle brackets: `<Vec<u8> as Trait>::run` is `::run`.
fn without_generics(type_name: &str) -> String {
    let mut depth = 0;
    let mut path = String::new();
    for c in type_name.replace("->", "").chars() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            c if depth == 0 => path.push(c),
            _ => {}
        }
    }
    path
}

fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// The name as the operating system can take it: it ends at a NUL, so there may be none inside.
pub(crate) fn for_os(name: &str) -> String {
    name.replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::of_type;

    #[test]
    fn of_type_is_the_last_word_of_the_path() {
        assert_eq!(of_type("app::countdown"), "countdown");
        assert_eq!(of_type("app::main::{{closure}}"), "main::{closure}");
        assert_eq!(of_type("app::main::{{closure}}::{{closure}}"), "main::{closure}");
        assert_eq!(of_type("app::generic<alloc::vec::Vec<u8>>"), "generic");
        assert_eq!(of_type("alloc::boxed::Box<dyn core::ops::function::FnOnce() + Send>"), "Box");
        assert_eq!(of_type("app::generic<fn(u8) -> u8>::{{closure}}"), "generic::{closure}");
        assert_eq!(of_type("<app::Countdown as app::Runnable>::run"), "run");
        assert_eq!(of_type("f"), "f");
    }
}
