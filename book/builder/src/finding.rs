//! What a check has found.

use std::fmt;

/// One defect: where it is and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the repository's root.
    pub path: String,
    /// The line, counted from 1, where a check knows it.
    pub line: Option<usize>,
    /// One line that says what is wrong and what to do.
    pub message: String,
}

impl Finding {
    /// A finding in line `line` of `path`.
    pub fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: Some(line), message: message.into() }
    }

    /// A finding that belongs to a whole file.
    pub fn of(path: &str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}: {}", self.path, self.message),
            None => write!(out, "{}: {}", self.path, self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_reads_like_a_compiler_message() {
        assert_eq!(Finding::at("book/src/a.md", 3, "mend it").to_string(), "book/src/a.md:3: mend it");
        assert_eq!(Finding::of("book/src/a.md", "mend it").to_string(), "book/src/a.md: mend it");
    }
}
