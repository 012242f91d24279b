//! The learner's file, before any compiler sees it.

use std::io::ErrorKind;

use harness::Class;

use super::verdict::Verdict;
use super::{Exercise, scan};
use crate::failure::Result;
use crate::file;

/// `None` if the file can be compiled, otherwise the verdict.
pub fn refuse(exercise: &Exercise) -> Result<Option<Verdict>> {
    let path = exercise.file();
    let shown = path.display();
    let no_code = |what: &str| {
        let text =
            format!("{shown} {what}; `cargo xtask reset {}` brings the task's file back.", exercise.id());
        Ok(Some(Verdict::refused(Class::DoesNotCompile, text, Vec::new())))
    };
    let bytes = match file::read(&exercise.root.join(&path)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return no_code("is not there"),
        Err(error) => return no_code(&format!("cannot be read: {error}")),
    };
    let source = match String::from_utf8(bytes) {
        Ok(source) => source,
        Err(error) => {
            let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let line = 1 + valid.iter().filter(|byte| **byte == b'\n').count();
            return no_code(&format!("is no text in UTF-8 from line {line} on"));
        }
    };
    if source.trim().is_empty() {
        return no_code("is empty");
    }
    if let Some(line) = no_std(&source) {
        let text = format!("{shown}:{line}: `no_std` has no place in an exercise; take it out.");
        return Ok(Some(Verdict::refused(Class::DoesNotCompile, text, Vec::new())));
    }
    // Exercises with models are those whose stubs use interleave's types.
    if scan::mentions(&exercise.read(&exercise.stub())?, "interleave") {
        let findings = scan::findings(&source);
        if !findings.is_empty() {
            let text = format!("{shown} uses what the checker does not see.");
            return Ok(Some(Verdict::refused(Class::CannotJudge, text, findings)));
        }
    }
    Ok(None)
}

/// The line of a `no_std` attribute, which rustc ignores outside the crate's root.
fn no_std(source: &str) -> Option<usize> {
    let found = source.lines().position(|line| {
        let line: String = line.split_whitespace().collect();
        line.starts_with("#![no_std]") || line.starts_with("#![no_core]")
    });
    found.map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_std_is_found() {
        assert_eq!(super::no_std("\n# ! [no_std]\n"), Some(2));
        assert_eq!(super::no_std("// #![no_std]\n"), None);
    }
}
