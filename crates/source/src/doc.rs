//! The documentation at the top of a file.

/// The text of the `//!` lines, and what comes after them.
pub fn split(source: &str) -> (String, &str) {
    let mut text = String::new();
    let mut rest = source;
    while let Some(after) = rest.strip_prefix("//!") {
        let (line, after) = after.split_once('\n').unwrap_or((after, ""));
        text.push_str(line.trim());
        text.push('\n');
        rest = after;
    }
    (text, rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn documentation_and_code_are_told_apart() {
        assert_eq!(split("//! Why.\n//!\n//! More.\n\nuse x;\n"), ("Why.\n\nMore.\n".into(), "use x;\n"));
        assert_eq!(split("use x;\n//! no\n"), (String::new(), "use x;\n//! no\n"));
    }
}
