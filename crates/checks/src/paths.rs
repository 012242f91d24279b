//! Every path that ARCHITECTURE.md names exists.

use std::fs;
use std::path::Path;

use crate::all_or;
use xtask::failure::{Context, Result};
use xtask::lessons::Course;

const PAGE: &str = "ARCHITECTURE.md";

pub fn check(course: &Course) -> Result<()> {
    let text = fs::read_to_string(course.root.join(PAGE)).context(|| PAGE.into())?;
    let missing: Vec<String> =
        missing(&course.root, &text).map(|path| format!("{PAGE}: no {path}")).collect();
    all_or(&missing, "paths that do not exist")
}

/// The code spans that are paths. Patterns such as `crates/<lesson>` are left out.
fn missing<'a>(root: &'a Path, text: &'a str) -> impl Iterator<Item = &'a str> {
    let spans = text.split('`').skip(1).step_by(2);
    let paths = spans.filter(|span| span.contains('/') && !span.contains(['<', ' ']));
    paths.filter(|path| !root.join(path).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_path_is_named() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = "See `src/main.rs`, `src/none.rs`, `Lock::lock` and/or `crates/<lesson>/src`.";
        assert_eq!(missing(root, text).collect::<Vec<_>>(), ["src/none.rs"]);
    }
}
