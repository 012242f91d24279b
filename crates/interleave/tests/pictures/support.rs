//! What the models of these tests share.

use expect_test::expect_file;
use interleave::{Failure, Kind, Model, Style, Wait};

/// The failure of a model that fails with this class, whose picture is the recorded one.
#[track_caller]
pub fn fails(name: &str, kind: Kind, model: Model, f: impl Fn() + Send + Sync + 'static) -> Failure {
    let failure = match model.search(f) {
        Err(failure) => *failure,
        Ok(explored) => panic!("{name} passes: {explored}"),
    };
    let picture = failure.to_string();
    assert_eq!(failure.kind, kind, "{picture}");
    for line in picture.lines() {
        assert!(line.chars().count() <= 80, "too wide: {line}");
    }
    let ascii = failure.picture(Style { ascii: true, ..Style::default() });
    assert!(ascii.is_ascii() && ascii.lines().count() == picture.lines().count());
    same(name, &picture);
    failure
}

/// Compares the text with `tests/snapshots/NAME.txt`.
pub fn same(name: &str, text: &str) {
    let snapshots = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots");
    expect_file![format!("{snapshots}/{name}.txt")].assert_eq(text);
}

/// How the thread of this name waits.
#[track_caller]
pub fn wait<'a>(failure: &'a Failure, thread: &str) -> &'a Wait {
    let is = |wait: &&Wait| failure.threads[wait.thread] == thread;
    failure.waits.iter().find(is).unwrap_or_else(|| panic!("{thread} does not wait:\n{failure}"))
}
