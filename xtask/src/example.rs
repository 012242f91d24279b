//! One example of a lesson, as its file tells: the idea, the code that matters, the recorded output.

use std::fs;
use std::path::{Path, PathBuf};

use source::{anchor, doc};

use crate::failure::{Context, Result};
use crate::lessons::{Course, Lesson};

pub struct Example {
    /// `01_countdown`, the file's name and the binary's.
    pub name: String,
    pub path: PathBuf,
    /// The first paragraph of the file's documentation.
    pub idea: String,
    /// What stands between `// ANCHOR: show` and `// ANCHOR_END: show`, without the common indentation. Empty if
    /// there is none.
    pub code: String,
    /// Whether its lines come in another order from run to run: the file says `// output: any order`.
    pub any_order: bool,
}

impl Example {
    pub fn read(path: &Path) -> Result<Example> {
        let source = fs::read(path).context(|| path.display().to_string())?;
        Ok(Example::parse(path, &String::from_utf8_lossy(&source)))
    }

    fn parse(path: &Path, source: &str) -> Example {
        let (doc, _) = doc::split(source);
        let idea: Vec<&str> = doc.lines().take_while(|line| !line.is_empty()).collect();
        let code = anchor::find(source, "show").map(|anchor| anchor.lines.join("\n"));
        Example {
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            path: path.to_owned(),
            idea: idea.join(" "),
            code: textwrap::dedent(&code.unwrap_or_default()),
            any_order: source.lines().any(|line| line == "// output: any order"),
        }
    }

    /// The number in front of the name: `01`.
    pub fn number(&self) -> &str {
        self.name.split('_').next().unwrap_or_default()
    }

    /// `countdown` of `01_countdown`, as words.
    pub fn title(&self) -> String {
        self.name.split_once('_').map_or(self.name.as_str(), |(_, title)| title).replace('_', " ")
    }

    /// Where the output is recorded.
    pub fn recorded(&self) -> PathBuf {
        self.path.with_extension("stdout")
    }

    /// Whether `word` means this example: its number or its name.
    pub fn answers_to(&self, word: &str) -> bool {
        let number = self.number().parse::<u32>().ok();
        self.name == word
            || self.title() == word.replace(['_', '-'], " ")
            || number.is_some() && number == word.parse().ok()
    }
}

/// All examples of a lesson, in the order of their names.
pub fn all(course: &Course, lesson: &Lesson) -> Result<Vec<Example>> {
    let dir = course.root.join(lesson.dir()).join("examples");
    let entries = fs::read_dir(&dir).context(|| dir.display().to_string())?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| Example::read(path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
//! A thread counts down
//! while `main` goes on.
//!
//! Slide 5.

// output: any order

fn countdown() {}

fn main() {
    // ANCHOR: show
    if true {
        countdown();
    }
    // ANCHOR_END: show
}
";

    #[test]
    fn the_file_tells_everything() {
        let example = Example::parse(Path::new("examples/01_count_down.rs"), SOURCE);
        assert_eq!(example.idea, "A thread counts down while `main` goes on.");
        assert_eq!(example.code, "if true {\n    countdown();\n}");
        assert_eq!((example.number(), example.title().as_str()), ("01", "count down"));
        assert!(example.any_order);
        for word in ["1", "01", "count_down", "count-down", "01_count_down"] {
            assert!(example.answers_to(word), "{word}");
        }
        assert!(!example.answers_to("2") && !example.answers_to("count"));
    }

    #[test]
    fn an_empty_file_is_an_example_too() {
        let example = Example::parse(Path::new("x.rs"), "");
        assert_eq!((example.idea.as_str(), example.code.as_str()), ("", ""));
    }
}
