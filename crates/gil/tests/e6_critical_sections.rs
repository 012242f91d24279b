//! Lesson 5, exercise 6: `cargo xtask check 5/6`.

#[allow(clippy::new_without_default, clippy::todo, missing_docs, unused)]
#[path = "../exercises/e6_critical_sections.rs"]
mod answer;
#[path = "../grading/e6_critical_sections/suite.rs"]
mod suite;
