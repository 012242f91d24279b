//! Lesson 1, exercise 3: `cargo xtask check 1/3`.

#[allow(clippy::new_without_default, clippy::todo, missing_docs, unused)]
#[path = "../exercises/e3_per_thread.rs"]
mod answer;
#[path = "../grading/e3_per_thread/suite.rs"]
mod suite;
