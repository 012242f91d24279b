//! What the type system rules out: each file of a lesson's `refused/` does not compile, with the error that
//! its first line names, and the compiler's words are recorded beside it.

use std::fs;
use std::path::{Path, PathBuf};

use regex_lite::Regex;

use crate::checkout::Checkout;
use crate::exercises::sources;
use crate::snapshot::Snapshot;
use xtask::failure::{Context, Result};
use xtask::lessons::{Course, Lesson};

/// A file of `refused/`, and what the compiler says to it.
struct Refused {
    path: PathBuf,
    /// `E0373`, of the first line `// error: E0373`.
    expected: String,
    said: String,
}

/// What the compiler says to each file: refused for its reason. Its words may differ from the recorded ones.
pub fn snapshots(course: &Course) -> Result<Vec<Snapshot>> {
    let snapshot = |refused: Refused| {
        let code = format!("error[{}]", refused.expected);
        let wrong = if refused.expected.is_empty() {
            Some("the first line must be `// error: E…`".to_owned())
        } else if !refused.said.contains(&code) {
            Some(format!("not refused with {code}, but:\n{}", refused.said))
        } else {
            None
        };
        Snapshot::new(refused.path.with_extension("stderr"), refused.said, |recorded| {
            wrong.or_else(|| (!recorded.contains(&code)).then(|| "another error is recorded".to_owned()))
        })
    };
    Ok(all(course)?.into_iter().map(snapshot).collect())
}

fn all(course: &Course) -> Result<Vec<Refused>> {
    let checkout = Checkout::copy(course)?;
    let mut all = Vec::new();
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        all.extend(of_lesson(course, lesson, &checkout)?);
    }
    Ok(all)
}

/// They compile as examples of the lesson, in the copied checkout: all that an example may use, they may.
fn of_lesson(course: &Course, lesson: &Lesson, checkout: &Checkout) -> Result<Vec<Refused>> {
    let dir = course.root.join(lesson.dir()).join("refused");
    if !dir.exists() {
        return Ok(Vec::new());
    }
    let examples: Vec<(PathBuf, String)> = sources(&dir)?
        .into_iter()
        .map(|path| {
            let name = format!("refused_{}", path.file_stem().unwrap_or_default().display());
            (path, name)
        })
        .collect();
    for (path, name) in &examples {
        let source = fs::read(path).context(|| path.display().to_string())?;
        checkout.write(&as_example(lesson, name), &source)?;
    }
    let mut words = vec!["check", "--keep-going", "-p"];
    let package = lesson.package();
    words.push(&package);
    for (_, name) in &examples {
        words.extend(["--example", name]);
    }
    let built = checkout.build(&words)?;
    // Gone again: the mutations build in this checkout too.
    for (_, name) in &examples {
        fs::remove_file(checkout.root.join(as_example(lesson, name)))?;
    }
    let read = |(path, name): (PathBuf, String)| {
        let source = fs::read_to_string(&path).unwrap_or_default();
        let expected =
            source.lines().next().and_then(|line| line.strip_prefix("// error: ")).unwrap_or_default();
        let said = built.errors.get(&name).map(|said| readable(said, lesson, &name)).unwrap_or_default();
        Refused { path, expected: expected.to_owned(), said }
    };
    Ok(examples.into_iter().map(read).collect())
}

fn as_example(lesson: &Lesson, name: &str) -> PathBuf {
    lesson.dir().join("examples").join(name).with_extension("rs")
}

/// Without colours, with the path of the file that it was, and without the compiler's parting words.
fn readable(said: &str, lesson: &Lesson, name: &str) -> String {
    let plain = anstream::adapter::strip_str(said).to_string();
    let example = as_example(lesson, name).display().to_string();
    let file = Path::new("refused").join(name.trim_start_matches("refused_")).with_extension("rs");
    let plain = plain.replace(&example, &file.display().to_string());
    // Our own constant pattern: where the standard library was built.
    let plain = Regex::new("/rustc/[0-9a-f]+/").expect("a valid pattern").replace_all(&plain, "");
    let errors = plain.lines().take_while(|line| !line.starts_with("error: aborting"));
    let lines: Vec<&str> = errors.collect();
    format!("{}\n", lines.join("\n").trim_end())
}
