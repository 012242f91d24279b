//! Lesson 1, exercise 5: `cargo xtask check 1/5`.

#[allow(clippy::new_without_default, clippy::todo, missing_docs, unused)]
#[path = "../exercises/e5_progress.rs"]
mod answer;
#[path = "../grading/e5_progress/suite.rs"]
mod suite;
