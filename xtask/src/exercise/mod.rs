//! The exercises: what they are, and how an answer is judged.
//!
//! - this file: which exercises there are, and how a word finds one; `text`: its task and its hints.
//! - `check`: judges answers. `judge` is an answer's way to its verdict: `precheck` with `scan` reads its source,
//!   `compile` builds its target, `suite` runs each test in a process of its own, `orphans` ends what is left; `verdict` is
//!   made of the tests' records, `show` prints it.
//! - `hint`, `solution`, `wrong`, `reset`, `progress`: the commands around it; `watch`, with `saves`: all of it without
//!   leaving the editor.

pub mod check;
mod compile;
pub mod hint;
pub mod judge;
mod orphans;
mod precheck;
pub mod progress;
pub mod reset;
mod saves;
mod scan;
mod show;
pub mod solution;
pub mod suite;
pub mod text;
pub mod verdict;
pub mod watch;
pub mod wrong;

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Context, Failure, Result};
use crate::file;
use crate::lessons::{Course, Lesson};

/// One exercise of a lesson.
#[derive(Clone, Debug)]
pub struct Exercise {
    /// The number of its lesson.
    pub lesson: usize,
    pub number: usize,
    /// `in_order`
    pub name: String,
    /// `e1_in_order`: the name of its files and of its test target.
    pub stem: String,
    /// `threads/in_order`: what it is called in progress.txt.
    pub key: String,
    /// The package that its target belongs to.
    pub package: String,
    /// The course's folder, and the lesson's in it.
    pub root: PathBuf,
    pub dir: PathBuf,
}

impl Exercise {
    /// `None` if `stem` is not of the form `e1_name`.
    fn new(course: &Course, lesson: &Lesson, stem: &str) -> Option<Exercise> {
        let (number, name) = stem.strip_prefix('e')?.split_once('_')?;
        Some(Exercise {
            lesson: lesson.number,
            number: number.parse().ok()?,
            name: name.to_owned(),
            stem: stem.to_owned(),
            key: format!("{}/{name}", lesson.name),
            package: lesson.package(),
            root: course.root.clone(),
            dir: lesson.dir(),
        })
    }

    /// `1/2`
    pub fn id(&self) -> String {
        format!("{}/{}", self.lesson, self.number)
    }

    /// From the exercise's text; if that cannot be read, its name.
    pub fn title(&self) -> String {
        self.text().map_or_else(|_| self.name.replace('_', " "), |text| text.title)
    }

    /// Where the learner writes, from the root.
    pub fn file(&self) -> PathBuf {
        self.dir.join("exercises").join(&self.stem).with_extension("rs")
    }

    /// The task, from the root.
    pub fn text_file(&self) -> PathBuf {
        self.file().with_extension("md")
    }

    /// What the course needs to judge it, from the root.
    pub fn grading(&self) -> PathBuf {
        self.dir.join("grading").join(&self.stem)
    }

    /// The learner's file before any answer, from the root.
    pub fn stub(&self) -> PathBuf {
        self.grading().join("stub.rs")
    }

    /// The reference solution, from the root.
    pub fn solution(&self) -> PathBuf {
        self.grading().join("solution.rs")
    }

    /// The hints, from the root.
    pub fn hints_file(&self) -> PathBuf {
        self.grading().join("hints.md")
    }

    /// Reads one of its files, the path from the root.
    pub fn read(&self, path: &Path) -> Result<String> {
        file::read_to_string(&self.root.join(path)).context(|| path.display().to_string())
    }

    /// Its task and its hints.
    pub fn text(&self) -> Result<text::Text> {
        text::Text::parse(&self.read(&self.text_file())?, &self.read(&self.hints_file())?)
            .context(|| self.key.clone())
    }

    fn answers_to(&self, word: &str) -> bool {
        let word = word.replace([' ', '-'], "_");
        word == self.name || word == self.stem || word.parse() == Ok(self.number)
    }
}

/// The exercises of a lesson, in order: every folder of `grading` is one.
pub fn all(course: &Course, lesson: &Lesson) -> Result<Vec<Exercise>> {
    let dir = course.root.join(lesson.dir()).join("grading");
    let mut exercises = Vec::new();
    if dir.exists() {
        for entry in fs::read_dir(&dir).context(|| dir.display().to_string())? {
            let stem = entry?.file_name().to_string_lossy().into_owned();
            exercises.extend(Exercise::new(course, lesson, &stem));
        }
    }
    exercises.sort_by_key(|exercise| exercise.number);
    Ok(exercises)
}

/// The exercises of all written lessons.
pub fn all_of_course(course: &Course) -> Result<Vec<Exercise>> {
    let mut exercises = Vec::new();
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        exercises.extend(all(course, lesson)?);
    }
    Ok(exercises)
}

/// What `word` means: `1` all of a lesson; `1/2`, `threads/2`, `threads/in_order`, `in_order` or its file one.
pub fn select(course: &Course, word: &str) -> Result<Vec<Exercise>> {
    let word = without_path(word);
    if !word.contains('/') {
        let everywhere = all_of_course(course)?;
        let named = everywhere
            .into_iter()
            .find(|exercise| exercise.number.to_string() != word && exercise.answers_to(word));
        if let Some(exercise) = named {
            return Ok(vec![exercise]);
        }
        let lesson = course.find(word)?;
        course.must_be_written(lesson)?;
        let exercises = all(course, lesson)?;
        if exercises.is_empty() {
            return Err(Failure::Misuse(format!("lesson {} has no exercises", lesson.number)));
        }
        return Ok(exercises);
    }
    Ok(vec![find(course, word)?])
}

/// The one exercise that `word` means.
pub fn find(course: &Course, word: &str) -> Result<Exercise> {
    let word = without_path(word);
    let Some((lesson, exercise)) = word.split_once('/') else {
        let found = select(course, word)?;
        return match <[Exercise; 1]>::try_from(found) {
            Ok([exercise]) => Ok(exercise),
            Err(all) => Err(Failure::Misuse(format!("which exercise? {}", list(&all)))),
        };
    };
    let lesson = course.find(lesson)?;
    course.must_be_written(lesson)?;
    let exercises = all(course, lesson)?;
    match exercises.iter().find(|candidate| candidate.answers_to(exercise)) {
        Some(found) => Ok(found.clone()),
        None if exercises.is_empty() => {
            Err(Failure::Misuse(format!("lesson {} has no exercises", lesson.number)))
        }
        None => {
            let line = format!("no exercise '{}'; there are: {}", word.escape_debug(), list(&exercises));
            Err(Failure::Misuse(line))
        }
    }
}

/// `e1_in_order` of `crates/threads/exercises/e1_in_order.rs`, as verdicts name the file; other words as they are.
fn without_path(word: &str) -> &str {
    match word.strip_suffix(".rs") {
        Some(path) => path.rsplit(['/', '\\']).next().unwrap_or(path),
        None => word,
    }
}

fn list(exercises: &[Exercise]) -> String {
    let names: Vec<String> = exercises.iter().map(|e| format!("{} {}", e.id(), e.title())).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_find_an_exercise() {
        let course = Course::read().unwrap();
        for word in [
            "crates/threads/exercises/e1_in_order.rs",
            "1/1",
            "threads/1",
            "threads/in_order",
            "1/in-order",
            "in_order",
            "e1_in_order",
            "01/01",
        ] {
            assert_eq!(find(&course, word).unwrap().key, "threads/in_order", "{word}");
        }
        assert!(select(&course, "1").unwrap().len() > 1);
    }

    #[test]
    fn an_unknown_word_is_misuse_and_says_what_there_is() {
        let course = Course::read().unwrap();
        for (word, beginning) in [
            ("1/99", "no exercise '1/99'; there are: 1/1 In order"),
            ("1/", "no exercise '1/'; there are: 1/1 In order"),
            ("/", "no lesson ''"),
            ("1", "which exercise? 1/1 In order"),
            ("nine", "no lesson 'nine'"),
        ] {
            let failure = find(&course, word).expect_err(word);
            assert!(failure.to_string().starts_with(beginning) && failure.code() == 2, "{failure}");
        }
    }
}
