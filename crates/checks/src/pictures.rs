//! The timelines of the examples, recorded as SVG for the book.
//!
//! No two runs take the same time, so a picture is as recorded when it has the same words: lanes, spans,
//! instants.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex_lite::Regex;

use crate::snapshot::Snapshot;
use xtask::example::Example;
use xtask::failure::{Context, Result};

/// The pictures that an example has drawn into `dir`.
pub fn snapshots(example: &Example, dir: &Path) -> Result<Vec<Snapshot>> {
    let pictures = pictures(example, dir)?.into_iter();
    let snapshot = |(drawn, path): (String, PathBuf)| {
        let today = words(&drawn);
        Snapshot::new(path, drawn, |recorded| {
            let recorded = words(recorded);
            (recorded != today).then(|| format!("recorded {recorded:?}, drawn {today:?}"))
        })
    };
    Ok(pictures.map(snapshot).collect())
}

/// Each picture in `dir`, and where it is recorded: `01_countdown.svg` if it has the example's name,
/// otherwise with its own name behind, `01_countdown.again.svg`.
fn pictures(example: &Example, dir: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut pictures = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "svg") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let extension = if name == example.title() { "svg".to_owned() } else { format!("{name}.svg") };
            let drawn = fs::read_to_string(&path).context(|| path.display().to_string())?;
            pictures.push((drawn, example.path.with_extension(extension)));
        }
    }
    pictures.sort();
    Ok(pictures)
}

/// The words between the tags, without numbers and units of time.
fn words(svg: &str) -> BTreeSet<String> {
    // Our own constant pattern.
    let text = Regex::new(">([^<]+)<").expect("a valid pattern");
    let words = text
        .captures_iter(svg)
        .filter_map(|found| found.get(1))
        .flat_map(|text| text.as_str().split_whitespace());
    let word = |word: &&str| {
        // A duration stands in brackets: "(2.5 ms)".
        let unit = matches!(word.trim_end_matches(')'), "s" | "ms" | "us" | "µs" | "ns");
        word.starts_with(char::is_alphabetic) && !unit
    };
    words.filter(word).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_what_does_not_change_from_run_to_run() {
        let a =
            words("<text x='1'>main</text><text>2.5 ms</text><title>join 1.0 ms to 3.0 ms (2.0 ms)</title>");
        let b = words("<text x='9'>main</text><text>30 ms</text><title>join 2 us to 5 us (3 us)</title>");
        assert_eq!(a, b);
        assert_ne!(a, words("<text>main</text><title>wait 1.0 ms to 3.0 ms</title>"));
    }
}
