//! What every lesson has: in its folder, in its Cargo.toml, and in the tables of the course.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::all_or;
use xtask::failure::{Context, Result};
use xtask::lessons::{Course, Lesson, read_toml};

/// The files of a lesson that have the same name in each.
const FILES: [&str; 11] = [
    "src/lib.rs",
    "examples/rustfmt.toml",
    "mutations.toml",
    "tests/conformance.toml",
    "tests/models.rs",
    "compare/compare.rs",
    "compare/compare.py",
    "compare/rows.toml",
    "bench/bench.rs",
    "bench/results.json",
    "bench/results.md",
];

/// The files of which a lesson has some: folder, ending, and the ending of the file that must stand beside each.
const PAIRS: [(&str, &str, &str); 4] = [
    ("examples", ".rs", ".stdout"),
    ("exercises", ".rs", ".md"),
    ("puzzles", ".rs", ".mended.toml"),
    ("puzzles", ".rs", ".stdout"),
];

/// What the folder `grading/eN_name` of each exercise has.
const GRADING: [&str; 5] = ["stub.rs", "solution.rs", "suite.rs", "hints.md", "wrong.toml"];

pub fn check(course: &Course) -> Result<()> {
    let mut missing = Vec::new();
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        missing.extend(in_folder(lesson, &course.root.join(lesson.dir()))?);
        missing.extend(in_manifest(lesson, &course.root.join(lesson.dir()))?);
        missing.extend(in_course(lesson, &course.root)?);
    }
    // One folder may be asked for two endings.
    missing.dedup();
    all_or(&missing, "things missing")
}

fn in_folder(lesson: &Lesson, dir: &Path) -> Result<Vec<String>> {
    let shown = lesson.dir();
    let shown = shown.display();
    let absent = FILES.iter().filter(|file| !dir.join(file).exists());
    let mut missing: Vec<String> = absent.map(|file| format!("{shown}/{file}: no such file")).collect();
    for (folder, ending, beside) in PAIRS {
        let names = names(&dir.join(folder), ending)?;
        if names.is_empty() {
            missing.push(format!("{shown}/{folder}: no file *{ending}"));
        }
        for name in names {
            if !dir.join(folder).join(format!("{name}{beside}")).exists() {
                missing.push(format!("{shown}/{folder}/{name}{beside}: no such file"));
            }
        }
    }
    for exercise in names(&dir.join("exercises"), ".rs")? {
        let files = GRADING.iter().map(|file| format!("grading/{exercise}/{file}"));
        let files = files.chain([format!("tests/{exercise}.rs")]).filter(|file| !dir.join(file).exists());
        missing.extend(files.map(|file| format!("{shown}/{file}: no such file")));
        let number = exercise.trim_start_matches('e').split('_').next().unwrap_or_default();
        let id = format!("\"{}/{number}\":", lesson.number);
        let suite = dir.join("grading").join(&exercise).join("suite.rs");
        if fs::read_to_string(suite).is_ok_and(|suite| !suite.contains(&id)) {
            missing.push(format!("{shown}/grading/{exercise}/suite.rs: no `{id}` in suite!"));
        }
    }
    Ok(missing)
}

fn in_manifest(lesson: &Lesson, dir: &Path) -> Result<Vec<String>> {
    let shown = lesson.dir().join("Cargo.toml");
    let shown = shown.display();
    let manifest = read_toml(&dir.join("Cargo.toml"))?;
    let metadata = manifest["package"].get("metadata").and_then(|metadata| metadata.get("lesson"));
    let number = metadata.and_then(|lesson| lesson.get("number")).and_then(|number| number.as_integer());
    let mut missing = Vec::new();
    if number.and_then(|number| usize::try_from(number).ok()) != Some(lesson.number) {
        let expected = lesson.number;
        missing
            .push(format!("{shown}: number must be {expected}, the place in Cargo.toml's list of lessons"));
    }
    let texts = [
        ("title", &lesson.title),
        ("python", &lesson.python),
        ("slides", &lesson.slides),
        ("pitch", &lesson.pitch),
    ];
    let empty = texts.iter().filter(|(_, text)| text.is_empty());
    missing.extend(empty.map(|(key, _)| format!("{shown}: no {key} in [package.metadata.lesson]")));
    if lesson.aliases.is_empty() {
        missing.push(format!("{shown}: no aliases in [package.metadata.lesson]"));
    }
    let compare = format!("{}_compare", lesson.name);
    let examples = manifest.get("example").and_then(|examples| examples.as_array()).into_iter().flatten();
    let mut examples = examples.filter_map(|example| example.get("name").and_then(|name| name.as_str()));
    if !examples.any(|name| name == compare) {
        missing.push(format!("{shown}: no [[example]] {compare} with the path compare/compare.rs"));
    }
    let listed: BTreeSet<String> = lesson.puzzles.iter().cloned().collect();
    let found = names(&dir.join("puzzles"), ".rs")?;
    let differ = listed.symmetric_difference(&found);
    missing.extend(
        differ.map(|name| format!("{shown}: puzzle {name} must be both listed and a file in puzzles/")),
    );
    Ok(missing)
}

fn in_course(lesson: &Lesson, root: &Path) -> Result<Vec<String>> {
    let chapter = lesson.chapter();
    let page = chapter.file_name().unwrap_or_default().display();
    let mentions = [
        ("README.md", format!("(crates/{})", lesson.name)),
        ("README.md", format!("({})", chapter.display())),
        ("book/src/SUMMARY.md", format!("({page})")),
        ("book/src/introduction.md", format!("({page})")),
        ("ARCHITECTURE.md", format!("`crates/{}`", lesson.name)),
        ("Cargo.toml", format!("\"crates/{}\",", lesson.name)),
        ("crates/bench/Cargo.toml", format!("path = \"../{}\"", lesson.name)),
        ("crates/bench/Cargo.lock", format!("name = \"{}\"", lesson.package())),
    ];
    let mut missing = Vec::new();
    if planned(root)?.contains(&lesson.name) {
        missing.push(format!("Cargo.toml: {} is written, and no planned lesson any more", lesson.name));
    }
    for (file, words) in mentions {
        let text = fs::read_to_string(root.join(file)).context(|| file.into())?;
        if !text.contains(&words) {
            missing.push(format!("{file}: no `{words}`"));
        }
    }
    if !root.join(&chapter).exists() {
        missing.push(format!("{}: no such file", chapter.display()));
    }
    Ok(missing)
}

/// The lessons that the root's Cargo.toml describes, because their crates are not there yet.
fn planned(root: &Path) -> Result<BTreeSet<String>> {
    let manifest = read_toml(&root.join("Cargo.toml"))?;
    let planned = manifest.get("workspace").and_then(|workspace| workspace.get("metadata"));
    let planned = planned.and_then(|metadata| metadata.get("planned")).and_then(|planned| planned.as_table());
    Ok(planned.into_iter().flat_map(|planned| planned.keys().cloned()).collect())
}

/// The names, without `ending`, of a folder's files that have it.
fn names(folder: &Path, ending: &str) -> Result<BTreeSet<String>> {
    if !folder.exists() {
        return Ok(BTreeSet::new());
    }
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).context(|| folder.display().to_string())? {
        let name = entry.context(|| folder.display().to_string())?.file_name();
        names.extend(name.to_str().and_then(|name| name.strip_suffix(ending)).map(str::to_owned));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_missing_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let course = Course::read().unwrap();
        let lesson = course.find("threads").unwrap();
        assert_eq!(in_folder(lesson, &course.root.join(lesson.dir())).unwrap(), [""; 0]);
        for file in ["exercises/e1_x.rs", "grading/e1_x/stub.rs", "examples/01_a.rs"] {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let missing = in_folder(lesson, folder.path()).unwrap();
        for line in [
            "crates/threads/src/lib.rs: no such file",
            "crates/threads/examples/01_a.stdout: no such file",
            "crates/threads/puzzles: no file *.rs",
            "crates/threads/exercises/e1_x.md: no such file",
            "crates/threads/grading/e1_x/suite.rs: no such file",
            "crates/threads/tests/e1_x.rs: no such file",
        ] {
            assert!(missing.iter().any(|missing| missing == line), "{line}");
        }
        assert!(!missing.iter().any(|missing| missing.contains("stub.rs")));
    }
}
