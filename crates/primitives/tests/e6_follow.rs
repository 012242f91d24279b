//! Lesson 2, exercise 6: `cargo xtask check 2/6`.

#[allow(clippy::todo, missing_docs, unused)]
#[path = "../exercises/e6_follow.rs"]
mod answer;
#[path = "../grading/e6_follow/suite.rs"]
mod suite;
