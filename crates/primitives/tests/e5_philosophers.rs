//! Lesson 2, exercise 5: `cargo xtask check 2/5`.

#[allow(clippy::todo, missing_docs, unused)]
#[path = "../exercises/e5_philosophers.rs"]
mod answer;
#[path = "../grading/e5_philosophers/suite.rs"]
mod suite;
