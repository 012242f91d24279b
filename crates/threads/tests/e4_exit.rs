//! Lesson 1, exercise 4: `cargo xtask check 1/4`.

#[allow(clippy::new_without_default, clippy::todo, missing_docs, unused)]
#[path = "../exercises/e4_exit.rs"]
mod answer;
#[path = "../grading/e4_exit/suite.rs"]
mod suite;
