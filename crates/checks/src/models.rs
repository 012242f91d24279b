//! The models of the lesson crates, crate by crate, each searched to its end.

use std::ffi::OsString;

use crate::call;
use xtask::cargo;
use xtask::failure::Result;
use xtask::lessons::Course;

/// The compiler's flags for models: in our crates the door leads to the checker. The user's flags stay.
pub fn rustflags() -> OsString {
    let mut flags = std::env::var_os("RUSTFLAGS").unwrap_or_default();
    flags.push(" --cfg ungil_model");
    flags
}

pub fn check(course: &Course) -> Result<()> {
    // A folder of its own, so that a build with other flags does not replace these artifacts.
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let target = course.root.join(target).join("model");
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        if !course.root.join(lesson.dir()).join("tests/models.rs").exists() {
            continue;
        }
        let words = ["test", "-p", &lesson.package(), "--test", "models", "--profile", "course"];
        let mut command = cargo::command(&course.root, &words);
        command.arg("--target-dir").arg(&target).env("RUSTFLAGS", rustflags());
        // What each model was found to be is part of the result.
        command.args(["--", "--nocapture"]);
        call(command)?;
    }
    Ok(())
}
