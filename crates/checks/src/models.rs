//! The models of the lesson crates: each searched to its end, crate by crate, as the feature that they need must not be on
//! for anything else.

use crate::call;
use xtask::cargo;
use xtask::failure::Result;
use xtask::lessons::Course;

pub fn check(course: &Course) -> Result<()> {
    for lesson in course.lessons.iter().filter(|lesson| lesson.written) {
        if !course.root.join(lesson.dir()).join("tests/models.rs").exists() {
            continue;
        }
        let words = [
            "test",
            "-p",
            &lesson.package(),
            "--features",
            "model",
            "--test",
            "models",
            "--profile",
            "course",
        ];
        let mut command = cargo::command(&course.root, &words);
        // What each model was found to be is part of the result.
        command.args(["--", "--nocapture"]);
        call(command)?;
    }
    Ok(())
}
