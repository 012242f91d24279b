//! Lesson 5, exercise 4: `cargo xtask check 5/4`.

#[allow(clippy::new_without_default, clippy::todo, missing_docs, unused)]
#[path = "../exercises/e4_allow_threads.rs"]
mod answer;
#[path = "../grading/e4_allow_threads/suite.rs"]
mod suite;
