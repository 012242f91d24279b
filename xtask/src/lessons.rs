//! The eight lessons: what Cargo.toml knows of them, and how a word finds one.

use std::fs;
use std::path::{Path, PathBuf};

use toml::Table;

use crate::failure::{Context, Failure, Result};

/// The course: its folder and its lessons in order.
pub struct Course {
    pub root: PathBuf,
    pub lessons: Vec<Lesson>,
}

#[derive(Clone)]
pub struct Lesson {
    /// From 1.
    pub number: usize,
    /// The crate's folder in `crates/`, and the package's name after `ungil-`.
    pub name: String,
    pub title: String,
    /// What of Python it rebuilds.
    pub python: String,
    /// Of a written lesson: which slides it covers.
    pub slides: String,
    /// Of a written lesson: why one would want to read it, in two or three sentences.
    pub pitch: String,
    /// Other words that find it.
    pub aliases: Vec<String>,
    /// Of a written lesson: the names of its puzzles, in their order.
    pub puzzles: Vec<String>,
    /// Whether its crate is there.
    pub written: bool,
}

impl Course {
    /// Reads the course that this runner belongs to.
    pub fn read() -> Result<Course> {
        // Under cargo, the folder of the running package, xtask or crates/checks; otherwise where this was built.
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root =
            package.ancestors().find(|folder| folder.join("xtask").is_dir()).unwrap_or(&package).to_owned();
        let manifest = read_toml(&root.join("Cargo.toml"))?;
        let metadata = manifest.get("workspace").and_then(|w| w.get("metadata"));
        let names = metadata.and_then(|m| m.get("lessons")).and_then(|l| l.as_array());
        let names = names.context(|| "Cargo.toml: no workspace.metadata.lessons".into())?;
        let planned = metadata.and_then(|m| m.get("planned")).and_then(|p| p.as_table());
        let mut lessons = Vec::new();
        for (index, name) in names.iter().filter_map(|name| name.as_str()).enumerate() {
            let manifest = root.join("crates").join(name).join("Cargo.toml");
            let written = manifest.exists();
            let about = if written {
                let manifest = read_toml(&manifest)?;
                let package = manifest.get("package");
                let lesson = package.and_then(|p| p.get("metadata")).and_then(|m| m.get("lesson"));
                lesson.and_then(|l| l.as_table()).cloned().unwrap_or_default()
            } else {
                let planned = planned.and_then(|p| p.get(name)).and_then(|l| l.as_table());
                planned.cloned().unwrap_or_default()
            };
            lessons.push(Lesson::new(index + 1, name, &about, written));
        }
        Ok(Course { root, lessons })
    }

    /// The lesson that `word` means: a number, a name, a title or an alias, in any case.
    pub fn find(&self, word: &str) -> Result<&Lesson> {
        let lower = word.to_lowercase();
        if let Some(lesson) = self.lessons.iter().find(|lesson| lesson.answers_to(&lower)) {
            return Ok(lesson);
        }
        let near = self.lessons.iter().flat_map(|lesson| lesson.words());
        let near = near.map(|near| (strsim::jaro_winkler(&near, &lower), near));
        let near = near.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(similarity, _)| *similarity > 0.75);
        let hint = match near {
            Some((_, near)) => format!("did you mean '{near}'?"),
            None => format!("there are 1 to {}; `cargo xtask lessons` shows them", self.lessons.len()),
        };
        Err(Failure::Misuse(format!("no lesson '{}'; {hint}", word.escape_debug())))
    }

    /// An error that names the written lessons, if this one is not.
    pub fn must_be_written(&self, lesson: &Lesson) -> Result<()> {
        if lesson.written {
            return Ok(());
        }
        let written: Vec<_> =
            self.lessons.iter().filter(|l| l.written).map(|l| l.number.to_string()).collect();
        let (number, title, python) = (lesson.number, &lesson.title, &lesson.python);
        let written = written.join(", ");
        let line = format!("lesson {number}, {title} ({python}), is not written yet; written are {written}");
        Err(Failure::Misuse(line))
    }
}

impl Lesson {
    fn new(number: usize, name: &str, about: &Table, written: bool) -> Lesson {
        let text = |key: &str| about.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let texts = |key: &str| -> Vec<String> {
            let texts = about.get(key).and_then(|list| list.as_array()).into_iter().flatten();
            texts.filter_map(|text| text.as_str()).map(str::to_owned).collect()
        };
        Lesson {
            number,
            name: name.to_owned(),
            title: text("title"),
            python: text("python"),
            slides: text("slides"),
            pitch: text("pitch"),
            aliases: texts("aliases").iter().map(|alias| alias.to_lowercase()).collect(),
            puzzles: texts("puzzles"),
            written,
        }
    }

    fn words(&self) -> impl Iterator<Item = String> {
        let own = [self.number.to_string(), self.name.clone(), self.title.to_lowercase()];
        own.into_iter().chain(self.aliases.iter().cloned())
    }

    fn answers_to(&self, lower: &str) -> bool {
        self.words().any(|word| word == lower) || lower.parse() == Ok(self.number)
    }

    pub fn package(&self) -> String {
        format!("ungil-{}", self.name)
    }

    /// From the root.
    pub fn dir(&self) -> PathBuf {
        Path::new("crates").join(&self.name)
    }

    /// From the root.
    pub fn chapter(&self) -> PathBuf {
        PathBuf::from(format!("book/src/{:02}-{}.md", self.number, self.name))
    }
}

pub fn read_toml(path: &Path) -> Result<Table> {
    let text = fs::read_to_string(path).context(|| path.display().to_string())?;
    text.parse::<Table>().context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(word: &str) -> Result<usize> {
        Course::read()?.find(word).map(|lesson| lesson.number)
    }

    #[test]
    fn numbers_names_and_aliases_find_a_lesson() {
        for (word, expected) in [
            ("1", 1),
            ("01", 1),
            ("threads", 1),
            ("Threading", 1),
            ("gil", 5),
            ("the gil", 5),
            ("asyncio", 6),
            ("concurrent.futures", 4),
            ("joblib", 8),
        ] {
            assert_eq!(number(word).ok(), Some(expected), "{word}");
        }
    }

    #[test]
    fn an_unknown_word_gets_the_nearest_and_exit_code_2() {
        for (word, line) in [
            ("thraeds", "no lesson 'thraeds'; did you mean 'threads'?"),
            ("9", "no lesson '9'; there are 1 to 8; `cargo xtask lessons` shows them"),
            ("", "no lesson ''; there are 1 to 8; `cargo xtask lessons` shows them"),
        ] {
            let failure = number(word).expect_err(word);
            assert_eq!((failure.to_string().as_str(), failure.code()), (line, 2));
        }
    }
}
