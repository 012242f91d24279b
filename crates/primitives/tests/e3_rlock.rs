//! Lesson 2, exercise 3: `cargo xtask check 2/3`.

#[allow(clippy::new_without_default, clippy::todo, missing_docs, unused)]
#[path = "../exercises/e3_rlock.rs"]
mod answer;
#[path = "../grading/e3_rlock/suite.rs"]
mod suite;
