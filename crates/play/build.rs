//! Finds the puzzles: those that a lesson's Cargo.toml lists, in `crates/<lesson>/puzzles/NAME.rs`. Applies the edits of
//! `NAME.mended.toml` to each.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use source::{anchor, edit};
use toml::{Table, Value};

fn main() {
    let root = folder("CARGO_MANIFEST_DIR").join("../..").canonicalize().expect("the course's folder");
    let out = folder("OUT_DIR");
    let mut lessons = lessons(&root);
    lessons.sort_by_key(|lesson| lesson.number);
    let mut modules = String::new();
    let mut all = String::new();
    for lesson in &lessons {
        for name in &lesson.puzzles {
            let file = format!("crates/{}/puzzles/{name}.rs", lesson.name);
            let edits = format!("crates/{}/puzzles/{name}.mended.toml", lesson.name);
            let mended = out.join(format!("{name}.mended.rs"));
            let source = mend(&read(&root.join(&file)), &read(&root.join(&edits)));
            let source = source.unwrap_or_else(|why| panic!("{edits}: {why}"));
            if let Err(why) = anchor::find(&source, "show") {
                panic!("{file}: {why}");
            }
            fs::write(&mended, source).expect("OUT_DIR can be written to");
            // Writing into a String cannot fail.
            let _ = write!(
                modules,
                "#[path = {:?}]\nmod {name};\n#[path = {mended:?}]\nmod {name}_mended;\n",
                root.join(&file)
            );
            let _ = writeln!(
                all,
                "    Puzzle {{ lesson: {:?}, name: {name:?}, code: code!({file:?}, {:?}, {name}), \
                 mended: code!({edits:?}, {mended:?}, {name}_mended) }},",
                format!("{} {}", lesson.number, lesson.title),
                root.join(&file),
            );
        }
    }
    let source = format!(
        "{modules}\n/// The folder of the course.\npub(crate) const ROOT: &str = {root:?};\n\n\
         /// Every puzzle, in the order of the lessons.\npub const ALL: &[Puzzle] = &[\n{all}];\n"
    );
    fs::write(out.join("all.rs"), source).expect("OUT_DIR can be written to");
}

struct Lesson {
    /// The folder in `crates/`.
    name: String,
    number: i64,
    title: String,
    puzzles: Vec<String>,
}

/// All that are written.
fn lessons(root: &Path) -> Vec<Lesson> {
    let crates = root.join("crates");
    // Names the packages, so a new lesson changes it. Not `crates`: cargo would look at everything in there, on each build.
    println!("cargo::rerun-if-changed={}", root.join("Cargo.toml").display());
    let mut lessons = Vec::new();
    for folder in fs::read_dir(&crates).expect("crates can be read").flatten() {
        let manifest = folder.path().join("Cargo.toml");
        if !manifest.exists() {
            continue;
        }
        let table: Table =
            read(&manifest).parse().unwrap_or_else(|why| panic!("{}: {why}", manifest.display()));
        let package = table.get("package").and_then(|package| package.get("metadata"));
        let Some(lesson) = package.and_then(|metadata| metadata.get("lesson")) else { continue };
        let puzzles = lesson.get("puzzles").and_then(Value::as_array).into_iter().flatten();
        lessons.push(Lesson {
            name: folder.file_name().to_string_lossy().into_owned(),
            number: lesson.get("number").and_then(Value::as_integer).unwrap_or_default(),
            title: lesson.get("title").and_then(Value::as_str).unwrap_or_default().to_owned(),
            puzzles: puzzles.filter_map(Value::as_str).map(str::to_owned).collect(),
        });
    }
    lessons
}

/// The source after the edits.
fn mend(source: &str, toml: &str) -> Result<String, String> {
    let row: Table = toml.parse().map_err(|why: toml::de::Error| why.to_string())?;
    edit::apply(source, &edit::of_row(&row)?).map_err(|misplaced| misplaced.to_string())
}

fn folder(variable: &str) -> PathBuf {
    env::var_os(variable).expect("cargo sets it").into()
}

fn read(path: &Path) -> String {
    println!("cargo::rerun-if-changed={}", path.display());
    fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}
