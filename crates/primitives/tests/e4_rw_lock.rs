//! Lesson 2, exercise 4: `cargo xtask check 2/4`.

#[allow(clippy::new_without_default, clippy::todo, missing_docs, unused)]
#[path = "../exercises/e4_rw_lock.rs"]
mod answer;
#[path = "../grading/e4_rw_lock/suite.rs"]
mod suite;
