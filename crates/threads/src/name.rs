//! Names: `Thread-N`, `Thread-N (target)`, and the form that the operating system gets.

use ungil_sync::Counter;

/// `Thread-N` or `Thread-N (target)`. N counts the threads of this process that have a default name, from 1.
pub(crate) fn default(target: Option<&str>) -> String {
    static COUNTER: Counter = Counter::from(1);
    let n = COUNTER.next();
    match target.map(|target| (target, target.strip_suffix(CLOSURE))) {
        Some((_, Some(parent))) => format!("Thread-{n} ({parent}::{{closure}})"),
        Some((target, None)) => format!("Thread-{n} ({target})"),
        None => format!("Thread-{n}"),
    }
}

const CLOSURE: &str = "::{{closure}}";

/// The counterpart of Python's `target.__name__`: `countdown` for the function `my_crate::countdown`; for a closure
/// the function that contains the closure, `main::{{closure}}`.
///
/// A slice of `type_name`: every spawn calls this, and a copy would cost an allocation.
pub(crate) fn of_type(type_name: &'static str) -> &'static str {
    let mut parent = type_name;
    while let Some(shorter) = parent.strip_suffix(CLOSURE) {
        parent = shorter;
    }
    let closure = if parent.len() < type_name.len() { CLOSURE.len() } else { 0 };
    let end = parent.len() - generics(parent);
    if end < parent.len() {
        // Generics stand between the function and the closure, so no slice contains both names alone.
        return last_segment(&parent[..end]);
    }
    last_segment(&type_name[..end + closure])
}

/// The length of the angle brackets at the end, if there are any: 4 for `Vec<u8>`.
fn generics(path: &str) -> usize {
    let mut depth = 0;
    let mut after = b' ';
    for (length, c) in path.bytes().rev().enumerate() {
        match c {
            b'>' => depth += 1,
            b'<' => depth -= 1,
            // The arrow of a function type: its `>` closes nothing.
            b'-' if after == b'>' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return if c == b'<' { length + 1 } else { 0 };
        }
        after = c;
    }
    0
}

/// The part after the last `::`. The `::` of a closure does not count.
fn last_segment(path: &'static str) -> &'static str {
    let parent = path.strip_suffix(CLOSURE).unwrap_or(path);
    parent.rfind("::").map_or(path, |colons| &path[colons + 2..])
}

/// The name without NULs: for the operating system a NUL ends the name.
pub(crate) fn for_os(name: &str) -> String {
    name.replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::of_type;

    #[test]
    fn of_type_is_the_last_word_of_the_path() {
        assert_eq!(of_type("app::countdown"), "countdown");
        assert_eq!(of_type("app::main::{{closure}}"), "main::{{closure}}");
        assert_eq!(of_type("app::main::{{closure}}::{{closure}}"), "main::{{closure}}");
        assert_eq!(of_type("app::generic<alloc::vec::Vec<u8>>"), "generic");
        assert_eq!(of_type("alloc::boxed::Box<dyn core::ops::function::FnOnce() + Send>"), "Box");
        assert_eq!(of_type("app::generic<fn(u8) -> u8>::{{closure}}"), "generic");
        assert_eq!(of_type("app::generic<fn(Vec<u8>) -> Vec<u8>>"), "generic");
        assert_eq!(of_type("<"), "<");
        assert_eq!(of_type(""), "");
        assert_eq!(of_type("<app::Countdown as app::Runnable>::run"), "run");
        assert_eq!(of_type("f"), "f");
    }
}
