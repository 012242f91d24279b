//! Finds the lessons' rows: `crates/<lesson>/bench/bench.rs` is a module here, with a function `benches`.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

fn main() {
    let bench = env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let crates = Path::new(&bench).parent().expect("crates/");
    // Names the lessons' crates, so a new lesson changes it.
    println!("cargo::rerun-if-changed=Cargo.toml");
    let folders = fs::read_dir(crates).expect("crates can be read").flatten();
    let mut found: Vec<_> =
        folders.map(|folder| folder.path()).filter(|path| path.join("bench/bench.rs").exists()).collect();
    found.sort();
    let (mut modules, mut arms) = (String::new(), String::new());
    for path in found {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a crate's name is ASCII");
        // Writing into a String cannot fail.
        let _ = writeln!(modules, "#[path = {:?}]\nmod {name};", path.join("bench/bench.rs"));
        let _ = writeln!(arms, "        {name:?} => Some({name}::benches()),");
    }
    let source = format!(
        "{modules}\n/// The rows of a lesson, if it has any.\nfn benches(lesson: &str) -> Option<Vec<Bench>> {{\n    \
         match lesson {{\n{arms}        _ => None,\n    }}\n}}\n"
    );
    let out = env::var_os("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("lessons.rs"), source).expect("OUT_DIR can be written to");
}
