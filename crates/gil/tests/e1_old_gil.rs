//! Lesson 5, exercise 1: `cargo xtask check 5/1`.

#[allow(clippy::new_without_default, clippy::todo, missing_docs, unused)]
#[path = "../exercises/e1_old_gil.rs"]
mod answer;
#[path = "../grading/e1_old_gil/suite.rs"]
mod suite;
