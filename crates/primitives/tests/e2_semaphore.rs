//! Lesson 2, exercise 2: `cargo xtask check 2/2`.

#[allow(clippy::todo, missing_docs, unused)]
#[path = "../exercises/e2_semaphore.rs"]
mod answer;
#[path = "../grading/e2_semaphore/suite.rs"]
mod suite;
