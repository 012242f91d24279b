//! Lesson 5, exercise 2: `cargo xtask check 5/2`.

#[allow(clippy::new_without_default, clippy::todo, missing_docs, unused)]
#[path = "../exercises/e2_drop_request.rs"]
mod answer;
#[path = "../grading/e2_drop_request/suite.rs"]
mod suite;
