//! Lesson 1, exercise 2: `cargo xtask check 1/2`.

#[allow(clippy::new_without_default, clippy::todo, missing_docs, unused)]
#[path = "../exercises/e2_stop.rs"]
mod answer;
#[path = "../grading/e2_stop/suite.rs"]
mod suite;
