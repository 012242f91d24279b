//! Lesson 5, exercise 5: `cargo xtask check 5/5`.

#[allow(clippy::new_without_default, clippy::todo, missing_docs, unused)]
#[path = "../exercises/e5_reference_count.rs"]
mod answer;
#[path = "../grading/e5_reference_count/suite.rs"]
mod suite;
