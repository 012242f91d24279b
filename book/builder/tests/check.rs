//! The program on a small book: with nothing wrong, and with one defect of each class.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A repository with a small book that has nothing wrong.
const GOOD: [(&str, &str); 8] = [
    ("Cargo.toml", "[workspace.metadata]\nlessons = [\"a\", \"b\", \"c\"]\n"),
    ("crates/a/Cargo.toml", "[package]\nname = \"a\"\n"),
    ("crates/a/examples/01_a.rs", "// ANCHOR: show\nfn main() {}\n// ANCHOR_END: show\n"),
    ("crates/a/examples/01_a.stdout", "done\n"),
    ("crates/a/notes/a.rs", "fn note() {}\n"),
    ("book/book.toml", "[book]\ntitle = \"small\"\n"),
    ("book/src/SUMMARY.md", "- [A](01-a.md)\n- [B]()\n- [C]()\n"),
    (
        "book/src/01-a.md",
        "# A\n\n```rust\n{{#include ../../crates/a/examples/01_a.rs:show}}\n```\n\n```console\n$ cargo run --example 01_a\n\
         {{#include ../../crates/a/examples/01_a.stdout}}\n```\n\n[up](#a)\n",
    ),
];

fn book(more: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in GOOD.iter().chain(more) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn run(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ungil-book"))
        .arg("--root")
        .arg(root)
        .args(arguments)
        .output()
        .expect("the program runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Checks a book that has this text as its only chapter.
fn check_chapter(text: &str) -> Output {
    run(book(&[("book/src/01-a.md", text)]).path(), &["check"])
}

#[test]
fn a_good_book_has_no_findings() {
    let output = run(book(&[]).path(), &["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(out(&output).starts_with("book: 1 page, 2 includes, "), "{}", out(&output));
    assert!(out(&output).ends_with(" links, no findings\n"), "{}", out(&output));
    assert!(err(&output).contains("skipped: this is no git checkout"), "{}", err(&output));
}

#[test]
fn each_class_of_defect_in_a_chapter_is_found() {
    for (text, expected) in [
        ("# A\n\n```sh\nls\n```\n", "book/src/01-a.md:3: a fence of `sh`"),
        ("# A\n\n```text\nfn main() {}\n```\n", "book/src/01-a.md:3: this is Rust"),
        ("# A\n\n```rust\nfn main() {}\n```\n", "book/src/01-a.md:4: typed Rust"),
        ("# A\n\n{{#include ../../b.rs}}\n", "book/src/01-a.md:3: ../../b.rs: there is no such file"),
        (
            "# A\n\n{{#include ../../crates/a/examples/01_a.rs:b}}\n",
            "book/src/01-a.md:3: ../../crates/a/examples/01_a.rs: no `ANCHOR: b`",
        ),
        (
            "# A\n\n```rust\n{{#include ../../crates/a/notes/a.rs}}\n```\n",
            "book/src/01-a.md:4: ../../crates/a/notes/a.rs: nothing compiles this file",
        ),
        ("# A\n\n```console\ndone\n```\n", "book/src/01-a.md:4: typed output"),
        ("# A\n\n[b](b.md)\n", "book/src/01-a.md:3: link `b.html`: no such file"),
        (
            "# A\n\n[b](../../crates/a/Cargo.toml)\n",
            "book/src/01-a.md:3: link `../../crates/a/Cargo.toml`: points out",
        ),
        ("# A\n\n<i id=\"a\"></i>\n", "book/src/01-a.md:3: id `a` is a heading's"),
        ("# A\n\nb {{#includes b}}\n", "book/src/01-a.md:3: the reader sees"),
        ("# A\n\n<b>\n", "book/book.toml: mdBook warns: unclosed HTML tag"),
        ("# A\n\n{{#include ../../b.rs}}\n", "book/book.toml: mdBook reports an error: "),
    ] {
        let output = check_chapter(text);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(out(&output).lines().any(|line| line.starts_with(expected)), "{expected}\n{}", out(&output));
    }
}

#[test]
fn each_class_of_defect_in_the_summary_is_found() {
    let two = "- [A](01-a.md)\n- [B]()\n";
    let missing = format!("[Intro](intro.md)\n\n{two}- [C]()\n");
    for (path, text, expected) in [
        ("book/src/other.md", "# Other\n", "book/src/other.md: no page of the book"),
        ("book/src/02-b.md", "# B\n", "book/src/SUMMARY.md:2: a draft, but 02-b.md is there"),
        ("crates/b/Cargo.toml", "", "book/src/SUMMARY.md:2: crates/b is there; write its chapter"),
        ("book/src/SUMMARY.md", two, "book/src/SUMMARY.md: 2 numbered chapters"),
        ("book/src/SUMMARY.md", &missing, "book/src/SUMMARY.md:1: intro.md: there is no such chapter"),
    ] {
        let output = run(book(&[(path, text)]).path(), &["check"]);
        assert_eq!(output.status.code(), Some(1), "{expected}");
        assert!(out(&output).lines().any(|line| line.starts_with(expected)), "{expected}\n{}", out(&output));
    }
}

#[test]
fn a_book_that_does_not_build_is_a_finding() {
    let output = run(book(&[("book/book.toml", "[book]\ntitel = 1\n")]).path(), &["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("book/book.toml: mdBook cannot build the book: "), "{}", out(&output));
    assert!(err(&output).contains("skipped: the book does not build"), "{}", err(&output));
}

#[test]
fn build_prints_the_path_of_the_index_and_nothing_else() {
    let folder = book(&[]);
    for _ in 0..2 {
        let output = run(folder.path(), &["build"]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert!(Path::new(out(&output).trim()).is_file(), "{}", out(&output));
        assert!(out(&output).trim().ends_with("book/build/index.html"), "{}", out(&output));
        assert_eq!(err(&output), "");
    }
}

#[test]
fn build_fails_where_mdbook_only_logs() {
    let folder = book(&[("book/src/01-a.md", "# A\n\n{{#include ../../b.rs}}\n")]);
    let output = run(folder.path(), &["build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("mdBook reports an error") && err(&output).contains("b.rs"),
        "{}",
        err(&output)
    );
}

#[test]
fn misuse_is_one_line_and_exit_2() {
    let folder = book(&[]);
    for arguments in [&["bild"][..], &[], &["check", "check"], &["svg"]] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
    }
}

#[test]
fn output_becomes_a_picture() {
    let folder = book(&[("output", "\x1b[1mbold\x1b[0m\n")]);
    let file = folder.path().join("output").to_string_lossy().into_owned();
    let output = run(folder.path(), &["svg", &file]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).starts_with("<svg ") && out(&output).contains(">bold<"), "{}", out(&output));
    let output = run(folder.path(), &["svg", "nowhere"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
}
